// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.Objects;
import org.mindeye.training.DecayRule;
import org.mindeye.training.Freezing;
import org.mindeye.training.LoopConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.SelectionRule;
import org.mindeye.training.TrainerRecipe;

/**
 * The recipe of a {@link ClipTrainer}'s run.
 *
 * @param epochs passes over the training pictures
 * @param batchSize pictures per batch, at least 2: each is compared with the others
 * @param loss what is minimised
 * @param optimizer how gradients become weights
 * @param pool validation pictures among which each text has to find its own; at least 2
 * @param seed of everything random in the run: order, and what texts mention
 */
public record ClipTrainingConfig(
    int epochs, int batchSize, ClipLossConfig loss, OptimizerConfig optimizer, int pool, long seed)
    implements TrainerRecipe<ClipTrainingConfig> {
  /** Checks the numbers, and that every choice is made. */
  public ClipTrainingConfig {
    Objects.requireNonNull(loss, "loss");
    requirePair("batchSize", batchSize);
    requirePair("pool", pool);
    loop(epochs, optimizer, seed);
  }

  private static void requirePair(String name, int value) {
    if (value < 2) {
      throw new IllegalArgumentException(name + ": expected at least 2 but was " + value);
    }
  }

  /**
   * A recipe for small networks: no part of it is published.
   *
   * @param epochs passes over the training pictures
   * @return 128 pictures a batch, a one-cycle schedule up to 1e-3 that rises for a tenth of the
   *     epochs, gradients of at most length 1, pools of 256, seed 42
   */
  public static ClipTrainingConfig standard(int epochs) {
    return new ClipTrainingConfig(
        epochs,
        128,
        ClipLossConfig.standard(),
        OptimizerConfig.paper()
            .withLearningRate(1e-3)
            .withWarmupEpochs(0.1 * Math.max(1, epochs))
            .withWeightDecay(0.05, DecayRule.CONVENTIONAL)
            .withClipNorm(1),
        256,
        42);
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return loop(epochs, optimizer, seed);
  }

  private static LoopConfig loop(int epochs, OptimizerConfig optimizer, long seed) {
    return new LoopConfig(
        epochs, optimizer, Freezing.NONE, SelectionRule.by(ClipScores.QUALITY), 0, seed);
  }

  @Override
  public ClipTrainingConfig withEpochs(int newEpochs) {
    return new ClipTrainingConfig(newEpochs, batchSize, loss, optimizer, pool, seed);
  }

  @Override
  public ClipTrainingConfig withBatchSize(int newBatchSize) {
    return new ClipTrainingConfig(epochs, newBatchSize, loss, optimizer, pool, seed);
  }

  /**
   * Another loss.
   *
   * @param newLoss what is minimised
   * @return a changed copy
   */
  public ClipTrainingConfig withLoss(ClipLossConfig newLoss) {
    return new ClipTrainingConfig(epochs, batchSize, newLoss, optimizer, pool, seed);
  }

  @Override
  public ClipTrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return new ClipTrainingConfig(epochs, batchSize, loss, newOptimizer, pool, seed);
  }

  /**
   * Another pool.
   *
   * @param newPool validation pictures among which each text has to find its own
   * @return a changed copy
   */
  public ClipTrainingConfig withPool(int newPool) {
    return new ClipTrainingConfig(epochs, batchSize, loss, optimizer, newPool, seed);
  }

  @Override
  public ClipTrainingConfig withSeed(long newSeed) {
    return new ClipTrainingConfig(epochs, batchSize, loss, optimizer, pool, newSeed);
  }
}
