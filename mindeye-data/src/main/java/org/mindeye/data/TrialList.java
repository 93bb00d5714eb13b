// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.mindeye.Plural;

/** Trials in memory as a source. */
record TrialList(Split split, List<Trial> trials) implements TrialSource {
  TrialList {
    Objects.requireNonNull(split, "split");
    trials = List.copyOf(trials);
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("the " + split + " split has no samples");
    }
    Trial first = trials.get(0);
    for (Trial trial : trials) {
      if (trial.voxelCount() != first.voxelCount()) {
        throw trial
            .origin()
            .malformed(
                "responses",
                Plural.of(first.voxelCount(), "voxel") + " as in sample " + first.key(),
                String.valueOf(trial.voxelCount()));
      }
    }
  }

  @Override
  public int voxelCount() {
    return trials.get(0).voxelCount();
  }

  @Override
  public OptionalLong count() {
    return OptionalLong.of(trials.size());
  }

  @Override
  public Iterator<Trial> iterator() {
    return trials.iterator();
  }

  @Override
  public List<Trial> readAll() {
    return trials;
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return trials.size() + " " + split + " trials in memory";
  }
}
