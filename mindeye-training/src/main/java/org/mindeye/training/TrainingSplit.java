// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialSource;

/**
 * One split of a data set with its targets.
 *
 * @param split which one it is
 * @param trials the samples
 * @param targets where their CLIP tokens come from; a cache must be of this very list
 */
public record TrainingSplit(Split split, List<Trial> trials, TargetSource targets) {
  /**
   * Reads a source into memory.
   *
   * @param source the samples; stays the caller's to close
   * @param targets makes the targets of what was read: {@code trials -> CachedTargets.encode(clip,
   *     trials)}
   * @return the split
   * @throws org.mindeye.data.MalformedSampleException if a file or a sample is damaged
   * @throws IllegalArgumentException if there is no sample
   */
  public static TrainingSplit read(
      TrialSource source, Function<List<Trial>, ? extends TargetSource> targets) {
    List<Trial> trials = List.copyOf(source.readAll());
    if (trials.isEmpty()) {
      throw empty(source.split());
    }
    return new TrainingSplit(source.split(), trials, targets.apply(trials));
  }

  private static IllegalArgumentException empty(Split split) {
    return new IllegalArgumentException("the " + split + " split has no samples");
  }

  /** Copies the list. */
  public TrainingSplit {
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(targets, "targets");
    trials = List.copyOf(trials);
    if (trials.isEmpty()) {
      throw empty(split);
    }
  }
}
