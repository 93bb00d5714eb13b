// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import java.util.Objects;
import org.mindeye.training.DecayRule;
import org.mindeye.training.Freezing;
import org.mindeye.training.LoopConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.SelectionRule;
import org.mindeye.training.TrainerRecipe;

/**
 * The recipe of an {@link AttributeTrainer}'s run.
 *
 * @param epochs passes over the training pictures
 * @param batchSize pictures per batch
 * @param optimizer how gradients become weights
 * @param seed of everything random in the run: the order
 */
public record AttributeTrainingConfig(
    int epochs, int batchSize, OptimizerConfig optimizer, long seed)
    implements TrainerRecipe<AttributeTrainingConfig> {
  /** Checks the numbers. */
  public AttributeTrainingConfig {
    Objects.requireNonNull(optimizer, "optimizer");
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1 but was " + batchSize);
    }
    loop(epochs, optimizer, seed);
  }

  /**
   * A recipe for small networks: no part of it is published.
   *
   * @param epochs passes over the training pictures
   * @return 64 pictures a batch, a one-cycle schedule up to 2e-3 that rises for a tenth of the
   *     epochs, gradients of at most length 1, seed 42
   */
  public static AttributeTrainingConfig standard(int epochs) {
    return new AttributeTrainingConfig(
        epochs,
        64,
        OptimizerConfig.paper()
            .withLearningRate(2e-3)
            .withWarmupEpochs(0.1 * Math.max(1, epochs))
            .withWeightDecay(0.01, DecayRule.CONVENTIONAL)
            .withClipNorm(1),
        42);
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return loop(epochs, optimizer, seed);
  }

  private static LoopConfig loop(int epochs, OptimizerConfig optimizer, long seed) {
    return new LoopConfig(
        epochs, optimizer, Freezing.NONE, SelectionRule.by(AttributeScores.QUALITY), 0, seed);
  }

  @Override
  public AttributeTrainingConfig withEpochs(int newEpochs) {
    return new AttributeTrainingConfig(newEpochs, batchSize, optimizer, seed);
  }

  @Override
  public AttributeTrainingConfig withBatchSize(int newBatchSize) {
    return new AttributeTrainingConfig(epochs, newBatchSize, optimizer, seed);
  }

  @Override
  public AttributeTrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return new AttributeTrainingConfig(epochs, batchSize, newOptimizer, seed);
  }

  @Override
  public AttributeTrainingConfig withSeed(long newSeed) {
    return new AttributeTrainingConfig(epochs, batchSize, optimizer, newSeed);
  }
}
