// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;
import org.mindeye.core.document.Migrated;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.MixCoTargets;

/**
 * The recipe of a training run ({@code Train_MindEye.py}).
 *
 * @param epochs passes over the training split (published: 240)
 * @param batches what a step sees
 * @param loss what is minimised
 * @param optimizer how gradients become weights
 * @param freezing whether only a part is trained at first
 * @param validation how the run is judged
 * @param seed of everything random in the run: order, mixing, dropout, diffusion
 */
@Migrated(by = TrainingMigration.class)
public record TrainingConfig(
    int epochs,
    Batches batches,
    Loss loss,
    OptimizerConfig optimizer,
    Freezing freezing,
    ValidationConfig validation,
    long seed)
    implements TrainerRecipe<TrainingConfig> {

  /**
   * What a step sees.
   *
   * @param size samples per batch (published: 32)
   * @param repeats which response to an image
   */
  public record Batches(int size, RepeatPolicy repeats) {
    /** Checks that both are there. */
    public Batches {
      Requirements.atLeast("size", 1, size);
      Objects.requireNonNull(repeats, "repeats");
    }

    /**
     * The published setting.
     *
     * @return the configuration
     */
    public static Batches paper() {
      return new Batches(32, RepeatPolicy.AS_PUBLISHED);
    }
  }

  /**
   * What is minimised.
   *
   * @param objective the weights of the losses
   * @param contrastive mixing and temperatures of the contrastive one
   */
  public record Loss(Objective objective, ContrastiveConfig contrastive) {
    /** Checks that both are there. */
    public Loss {
      Objects.requireNonNull(objective, "objective");
      Objects.requireNonNull(contrastive, "contrastive");
    }

    /**
     * The published setting of the 257-token models.
     *
     * @return the configuration
     */
    public static Loss paper() {
      return new Loss(Objective.JOINT, ContrastiveConfig.paper());
    }
  }

  /** Checks the numbers, that they fit together, and that every choice is made. */
  public TrainingConfig {
    Objects.requireNonNull(batches, "batches");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(freezing, "freezing");
    Objects.requireNonNull(validation, "validation");
    Requirements.atLeast("epochs", 1, epochs);
    optimizer.requireWithin(epochs);
    freezing.requireWithin(epochs);
    if (batches.size() < 2 && loss.objective().contrastive() > 0) {
      throw new IllegalArgumentException(
          "batches.size: a contrastive loss needs at least 2 samples but was " + batches.size());
    }
  }

  /**
   * The published recipe of the 257-token models with seed 42, judged on a validation split.
   *
   * @return the configuration
   */
  public static TrainingConfig paper() {
    return new TrainingConfig(
        240,
        Batches.paper(),
        Loss.paper(),
        OptimizerConfig.paper(),
        Freezing.NONE,
        ValidationConfig.standard(),
        42);
  }

  @Override
  public int batchSize() {
    return batches.size();
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return new LoopConfig(
        epochs, optimizer, freezing, validation.rule(), validation.patience(), seed);
  }

  @Override
  public TrainingConfig withEpochs(int newEpochs) {
    return new TrainingConfig(newEpochs, batches, loss, optimizer, freezing, validation, seed);
  }

  @Override
  public TrainingConfig withBatchSize(int newBatchSize) {
    return withBatches(new Batches(newBatchSize, batches.repeats));
  }

  /**
   * Another objective.
   *
   * @param newObjective what is minimised
   * @return a changed copy
   */
  public TrainingConfig withObjective(Objective newObjective) {
    return withLoss(new Loss(newObjective, loss.contrastive));
  }

  /**
   * Another contrastive part.
   *
   * @param newContrastive mixing and temperatures
   * @return a changed copy
   */
  public TrainingConfig withContrastive(ContrastiveConfig newContrastive) {
    return withLoss(new Loss(loss.objective, newContrastive));
  }

  /**
   * Another use of MixCo.
   *
   * @param newShare share of the epochs with BiMixCo
   * @param newTargets the target matrix of BiMixCo
   * @return a changed copy
   */
  public TrainingConfig withMixing(double newShare, MixCoTargets newTargets) {
    return withContrastive(loss.contrastive.withMixing(newShare, newTargets));
  }

  @Override
  public TrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return new TrainingConfig(epochs, batches, loss, newOptimizer, freezing, validation, seed);
  }

  /**
   * Another peak of the learning rate.
   *
   * @param newRate the peak
   * @return a changed copy
   */
  public TrainingConfig withMaxLearningRate(double newRate) {
    return withOptimizer(optimizer.withLearningRate(newRate));
  }

  /**
   * A start in which only a part is trained.
   *
   * @param newFreezing which part, and how long
   * @return a changed copy
   */
  public TrainingConfig withFreezing(Freezing newFreezing) {
    return new TrainingConfig(epochs, batches, loss, optimizer, newFreezing, validation, seed);
  }

  /**
   * Another choice of responses.
   *
   * @param newRepeats which response to an image a step sees
   * @return a changed copy
   */
  public TrainingConfig withRepeats(RepeatPolicy newRepeats) {
    return withBatches(new Batches(batches.size, newRepeats));
  }

  /**
   * Another way to judge.
   *
   * @param newValidation protocol, choice and patience
   * @return a changed copy
   */
  public TrainingConfig withValidation(ValidationConfig newValidation) {
    return new TrainingConfig(epochs, batches, loss, optimizer, freezing, newValidation, seed);
  }

  @Override
  public TrainingConfig withSeed(long newSeed) {
    return new TrainingConfig(epochs, batches, loss, optimizer, freezing, validation, newSeed);
  }

  private TrainingConfig withBatches(Batches newBatches) {
    return new TrainingConfig(epochs, newBatches, loss, optimizer, freezing, validation, seed);
  }

  private TrainingConfig withLoss(Loss newLoss) {
    return new TrainingConfig(epochs, batches, newLoss, optimizer, freezing, validation, seed);
  }
}
