// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.Objects;
import org.mindeye.training.DecayRule;
import org.mindeye.training.Freezing;
import org.mindeye.training.LoopConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.SelectionRule;
import org.mindeye.training.TrainerRecipe;

/**
 * The recipe of an {@link AutoencoderTrainer}'s run.
 *
 * @param epochs passes over the training pictures
 * @param batchSize pictures per batch
 * @param loss what is minimised
 * @param optimizer how gradients become weights
 * @param patience after how many epochs without a better one the run stops early; 0 for never
 * @param seed of everything random in the run: order, and draws of latents
 */
public record AutoencoderTrainingConfig(
    int epochs,
    int batchSize,
    AutoencoderLossConfig loss,
    OptimizerConfig optimizer,
    int patience,
    long seed)
    implements TrainerRecipe<AutoencoderTrainingConfig> {
  /** Checks the numbers, and that every choice is made. */
  public AutoencoderTrainingConfig {
    Objects.requireNonNull(loss, "loss");
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1 but was " + batchSize);
    }
    loop(epochs, optimizer, patience, seed);
  }

  /**
   * A recipe for small networks: no part of it is published.
   *
   * @param epochs passes over the training pictures
   * @return 32 pictures a batch, a one-cycle schedule up to 2e-3 that rises for a tenth of the
   *     epochs, little decay, seed 42
   */
  public static AutoencoderTrainingConfig standard(int epochs) {
    return new AutoencoderTrainingConfig(
        epochs,
        32,
        AutoencoderLossConfig.standard(),
        OptimizerConfig.paper()
            .withLearningRate(2e-3)
            .withWarmupEpochs(0.1 * Math.max(1, epochs))
            .withWeightDecay(1e-4, DecayRule.CONVENTIONAL)
            .withClipNorm(1),
        0,
        42);
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return loop(epochs, optimizer, patience, seed);
  }

  private static LoopConfig loop(int epochs, OptimizerConfig optimizer, int patience, long seed) {
    return new LoopConfig(
        epochs,
        optimizer,
        Freezing.NONE,
        SelectionRule.by(AutoencoderScores.QUALITY),
        patience,
        seed);
  }

  @Override
  public AutoencoderTrainingConfig withEpochs(int newEpochs) {
    return new AutoencoderTrainingConfig(newEpochs, batchSize, loss, optimizer, patience, seed);
  }

  @Override
  public AutoencoderTrainingConfig withBatchSize(int newBatchSize) {
    return new AutoencoderTrainingConfig(epochs, newBatchSize, loss, optimizer, patience, seed);
  }

  /**
   * Another loss.
   *
   * @param newLoss what is minimised
   * @return a changed copy
   */
  public AutoencoderTrainingConfig withLoss(AutoencoderLossConfig newLoss) {
    return new AutoencoderTrainingConfig(epochs, batchSize, newLoss, optimizer, patience, seed);
  }

  @Override
  public AutoencoderTrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return new AutoencoderTrainingConfig(epochs, batchSize, loss, newOptimizer, patience, seed);
  }

  /**
   * Another patience.
   *
   * @param newPatience epochs without a better one; 0 for never
   * @return a changed copy
   */
  public AutoencoderTrainingConfig withPatience(int newPatience) {
    return new AutoencoderTrainingConfig(epochs, batchSize, loss, optimizer, newPatience, seed);
  }

  @Override
  public AutoencoderTrainingConfig withSeed(long newSeed) {
    return new AutoencoderTrainingConfig(epochs, batchSize, loss, optimizer, patience, newSeed);
  }
}
