// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Iterator;
import java.util.Objects;
import java.util.OptionalLong;

/** Trials whose responses are filled up to one number, in turns: of two, the first comes again. */
record PaddedTrials(TrialSource source, int repeats) implements TrialSource {
  PaddedTrials {
    Objects.requireNonNull(source, "source");
    if (repeats < 1) {
      throw new IllegalArgumentException("repeats must be 1 or more but was " + repeats);
    }
  }

  @Override
  public Split split() {
    return source.split();
  }

  @Override
  public int voxelCount() {
    return source.voxelCount();
  }

  @Override
  public OptionalLong count() {
    return source.count();
  }

  @Override
  public Iterator<Trial> iterator() {
    Iterator<Trial> trials = source.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return trials.hasNext();
      }

      @Override
      public Trial next() {
        return padded(trials.next());
      }
    };
  }

  private Trial padded(Trial trial) {
    int there = trial.repeats();
    if (there == repeats) {
      return trial;
    }
    if (there > repeats) {
      throw trial
          .origin()
          .malformed("responses", "at most " + repeats + " of a picture", String.valueOf(there));
    }
    float[][] voxels = new float[repeats][];
    for (int repeat = 0; repeat < repeats; repeat++) {
      voxels[repeat] = trial.voxels(repeat % there);
    }
    return new Trial(
        trial.origin(),
        trial.image(),
        voxels,
        trial.cocoId(),
        trial.trialIds(),
        trial.distinctRepeats());
  }

  @Override
  public void close() {
    source.close();
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
