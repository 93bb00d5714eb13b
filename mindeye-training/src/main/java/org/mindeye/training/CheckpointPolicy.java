// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.mindeye.Plural;

/**
 * Where and how often a run is saved. It is always saved at its end and when it is requested to
 * stop; the best epoch is kept beside the newest checkpoints.
 *
 * @param folder holds one folder per checkpoint; made if it does not exist
 * @param everyEpochs after how many epochs; at least 1
 * @param everySteps also after how many optimiser steps; 0 for epochs only
 * @param keepNewest how many checkpoints to keep besides the best one; at least 1. While one is
 *     written the disk holds one more
 */
public record CheckpointPolicy(Path folder, int everyEpochs, int everySteps, int keepNewest) {
  /** Checks the numbers. */
  public CheckpointPolicy {
    Objects.requireNonNull(folder, "folder");
    Requirements.atLeast("everyEpochs", 1, everyEpochs);
    Requirements.atLeast("everySteps", 0, everySteps);
    Requirements.atLeast("keepNewest", 1, keepNewest);
  }

  /**
   * After every epoch, keeping the two newest and the best.
   *
   * @param folder holds one folder per checkpoint
   * @return the policy
   */
  public static CheckpointPolicy in(Path folder) {
    return new CheckpointPolicy(folder, 1, 0, 2);
  }

  /** Settings that change nothing in a run of this length, each with the reason. */
  List<String> withoutEffect(long totalSteps) {
    return everySteps < totalSteps
        ? List.of()
        : List.of(
            "everySteps: a checkpoint after every "
                + Plural.of(everySteps, "step")
                + " never comes in a run of "
                + totalSteps
                + "; it is saved after epochs only");
  }

  /**
   * Another rhythm.
   *
   * @param epochs after how many epochs
   * @param steps also after how many optimiser steps; 0 for epochs only
   * @return a changed copy
   */
  public CheckpointPolicy every(int epochs, int steps) {
    return new CheckpointPolicy(folder, epochs, steps, keepNewest);
  }

  /**
   * Another number of checkpoints.
   *
   * @param newest how many to keep besides the best one
   * @return a changed copy
   */
  public CheckpointPolicy keeping(int newest) {
    return new CheckpointPolicy(folder, everyEpochs, everySteps, newest);
  }
}
