// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.nio.file.Path;
import org.mindeye.training.CheckpointPolicy;

/**
 * {@link CheckpointPolicy} without the folder.
 *
 * @param everyEpochs after how many epochs; at least 1
 * @param everySteps also after how many optimiser steps; 0 for epochs only
 * @param keepNewest how many checkpoints to keep besides the best one; at least 1
 */
public record SavingConfig(int everyEpochs, int everySteps, int keepNewest) {
  /** Checks what {@link CheckpointPolicy} checks. */
  public SavingConfig {
    new CheckpointPolicy(Path.of(""), everyEpochs, everySteps, keepNewest);
  }

  /**
   * The library's rhythm.
   *
   * @return after every epoch, keeping the two newest and the best
   */
  public static SavingConfig standard() {
    CheckpointPolicy policy = CheckpointPolicy.in(Path.of(""));
    return new SavingConfig(policy.everyEpochs(), policy.everySteps(), policy.keepNewest());
  }

  /**
   * The policy.
   *
   * @param folder where checkpoints go
   * @return the same rhythm there
   */
  public CheckpointPolicy in(Path folder) {
    return new CheckpointPolicy(folder, everyEpochs, everySteps, keepNewest);
  }
}
