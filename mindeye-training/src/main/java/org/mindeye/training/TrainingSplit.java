package org.mindeye.training;

import java.util.List;
import java.util.Objects;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;

/**
 * One split of a data set with its targets.
 *
 * @param split which one it is
 * @param trials the samples
 * @param targets where their CLIP tokens come from; a cache must be of this very list
 */
public record TrainingSplit(Split split, List<Trial> trials, TargetSource targets) {
  /** Copies the list. */
  public TrainingSplit {
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(targets, "targets");
    trials = List.copyOf(trials);
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("the " + split + " split has no samples");
    }
  }
}
