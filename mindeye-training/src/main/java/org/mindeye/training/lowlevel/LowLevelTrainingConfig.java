// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.Objects;
import org.mindeye.training.Freezing;
import org.mindeye.training.LoopConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.TrainerRecipe;

/**
 * The recipe of a {@link LowLevelTrainer}'s run ({@code train_autoencoder.py}).
 *
 * @param epochs passes over the training split (published: 120)
 * @param batchSize samples per batch (published: 8)
 * @param objective what is minimised
 * @param inputs what a step is shown
 * @param optimizer how gradients become weights
 * @param validation how the run is judged
 * @param seed of everything random in the run: order, repeats, views, mixing, dropout
 */
public record LowLevelTrainingConfig(
    int epochs,
    int batchSize,
    LowLevelObjective objective,
    LowLevelInputs inputs,
    OptimizerConfig optimizer,
    LowLevelValidationConfig validation,
    long seed)
    implements TrainerRecipe<LowLevelTrainingConfig> {
  /** How high the published learning rate rises. */
  public static final double PUBLISHED_MAX_LEARNING_RATE = 5e-4;

  /** Checks the numbers, that they fit together, and that every choice is made. */
  public LowLevelTrainingConfig {
    Objects.requireNonNull(objective, "objective");
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(validation, "validation");
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize: expected at least 1 but was " + batchSize);
    }
    if (inputs.mixedShare() > 0 && (objective.contrastive() > 0 || objective.decodes())) {
      throw new IllegalArgumentException(
          "mixedShare: mixed samples have mixed latents but no image of their own to compare"
              + " features or pixels with; mix none, or give contrastive, reconstruction and edges"
              + " the weight 0");
    }
    loop(epochs, optimizer, validation, seed);
  }

  /**
   * The published recipe with seed 0, judged on a validation split: one-cycle schedule up to 5e-4,
   * rising for two epochs, decay 0.01 for all parameters without {@code bias} in their names.
   *
   * @return the configuration
   */
  public static LowLevelTrainingConfig paper() {
    return new LowLevelTrainingConfig(
        120,
        8,
        LowLevelObjective.paper(),
        LowLevelInputs.paper(),
        OptimizerConfig.paper().withLearningRate(PUBLISHED_MAX_LEARNING_RATE),
        LowLevelValidationConfig.standard(),
        0);
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return loop(epochs, optimizer, validation, seed);
  }

  private static LoopConfig loop(
      int epochs, OptimizerConfig optimizer, LowLevelValidationConfig validation, long seed) {
    return new LoopConfig(
        epochs, optimizer, Freezing.NONE, validation.rule(), validation.patience(), seed);
  }

  /** Whether an epoch mixes its samples. */
  boolean mixes(int epoch) {
    return epoch < (int) (inputs.mixedShare() * epochs);
  }

  @Override
  public LowLevelTrainingConfig withEpochs(int newEpochs) {
    return new LowLevelTrainingConfig(
        newEpochs, batchSize, objective, inputs, optimizer, validation, seed);
  }

  @Override
  public LowLevelTrainingConfig withBatchSize(int newBatchSize) {
    return new LowLevelTrainingConfig(
        epochs, newBatchSize, objective, inputs, optimizer, validation, seed);
  }

  /**
   * Another objective.
   *
   * @param newObjective what is minimised
   * @return a changed copy
   */
  public LowLevelTrainingConfig withObjective(LowLevelObjective newObjective) {
    return new LowLevelTrainingConfig(
        epochs, batchSize, newObjective, inputs, optimizer, validation, seed);
  }

  /**
   * Other inputs.
   *
   * @param newInputs what a step is shown
   * @return a changed copy
   */
  public LowLevelTrainingConfig withInputs(LowLevelInputs newInputs) {
    return new LowLevelTrainingConfig(
        epochs, batchSize, objective, newInputs, optimizer, validation, seed);
  }

  @Override
  public LowLevelTrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return new LowLevelTrainingConfig(
        epochs, batchSize, objective, inputs, newOptimizer, validation, seed);
  }

  /**
   * Another way to judge.
   *
   * @param newValidation what is decoded, choice and patience
   * @return a changed copy
   */
  public LowLevelTrainingConfig withValidation(LowLevelValidationConfig newValidation) {
    return new LowLevelTrainingConfig(
        epochs, batchSize, objective, inputs, optimizer, newValidation, seed);
  }

  @Override
  public LowLevelTrainingConfig withSeed(long newSeed) {
    return new LowLevelTrainingConfig(
        epochs, batchSize, objective, inputs, optimizer, validation, newSeed);
  }
}
