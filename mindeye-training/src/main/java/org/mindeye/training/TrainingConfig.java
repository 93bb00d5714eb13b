// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;
import java.util.function.Consumer;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.MixCoTargets;

/**
 * The recipe of a training run ({@code Train_MindEye.py}).
 *
 * @param epochs passes over the training split (published: 240)
 * @param batchSize samples per batch (published: 32)
 * @param objective what is minimised
 * @param contrastive the contrastive part
 * @param optimizer how gradients become weights
 * @param freezing whether only a part is trained at first
 * @param repeats which response to an image a step sees
 * @param validation how the run is judged
 * @param seed of everything random in the run: order, mixing, dropout, diffusion
 */
public record TrainingConfig(
    int epochs,
    int batchSize,
    Objective objective,
    ContrastiveConfig contrastive,
    OptimizerConfig optimizer,
    Freezing freezing,
    RepeatPolicy repeats,
    ValidationConfig validation,
    long seed) {

  /** Checks the numbers, that they fit together, and that every choice is made. */
  public TrainingConfig {
    Objects.requireNonNull(objective, "objective");
    Objects.requireNonNull(contrastive, "contrastive");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(freezing, "freezing");
    Objects.requireNonNull(repeats, "repeats");
    Objects.requireNonNull(validation, "validation");
    Requirements.atLeast("epochs", 1, epochs);
    optimizer.requireWithin(epochs);
    freezing.requireWithin(epochs);
    if (batchSize < 1 || batchSize < 2 && objective.contrastive() > 0) {
      throw new IllegalArgumentException(
          "batchSize: a contrastive loss needs at least 2 samples but was " + batchSize);
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
        32,
        Objective.JOINT,
        ContrastiveConfig.paper(),
        OptimizerConfig.paper(),
        Freezing.NONE,
        RepeatPolicy.AS_PUBLISHED,
        ValidationConfig.standard(),
        42);
  }

  /** What the loop needs of it. */
  LoopConfig loop() {
    return new LoopConfig(
        epochs, optimizer, freezing, validation.rule(), validation.patience(), seed);
  }

  /**
   * Another length.
   *
   * @param newEpochs passes over the training split
   * @return a changed copy
   */
  public TrainingConfig withEpochs(int newEpochs) {
    return changed(draft -> draft.epochs = newEpochs);
  }

  /**
   * Another batch size.
   *
   * @param newBatchSize samples per batch
   * @return a changed copy
   */
  public TrainingConfig withBatchSize(int newBatchSize) {
    return changed(draft -> draft.batchSize = newBatchSize);
  }

  /**
   * Another objective.
   *
   * @param newObjective what is minimised
   * @return a changed copy
   */
  public TrainingConfig withObjective(Objective newObjective) {
    return changed(draft -> draft.objective = newObjective);
  }

  /**
   * Another contrastive part.
   *
   * @param newContrastive mixing and temperatures
   * @return a changed copy
   */
  public TrainingConfig withContrastive(ContrastiveConfig newContrastive) {
    return changed(draft -> draft.contrastive = newContrastive);
  }

  /**
   * Another use of MixCo.
   *
   * @param newShare share of the epochs with BiMixCo
   * @param newTargets the target matrix of BiMixCo
   * @return a changed copy
   */
  public TrainingConfig withMixing(double newShare, MixCoTargets newTargets) {
    return withContrastive(contrastive.withMixing(newShare, newTargets));
  }

  /**
   * Another optimiser.
   *
   * @param newOptimizer how gradients become weights
   * @return a changed copy
   */
  public TrainingConfig withOptimizer(OptimizerConfig newOptimizer) {
    return changed(draft -> draft.optimizer = newOptimizer);
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
    return changed(draft -> draft.freezing = newFreezing);
  }

  /**
   * Another choice of responses.
   *
   * @param newRepeats which response to an image a step sees
   * @return a changed copy
   */
  public TrainingConfig withRepeats(RepeatPolicy newRepeats) {
    return changed(draft -> draft.repeats = newRepeats);
  }

  /**
   * Another way to judge.
   *
   * @param newValidation protocol, choice and patience
   * @return a changed copy
   */
  public TrainingConfig withValidation(ValidationConfig newValidation) {
    return changed(draft -> draft.validation = newValidation);
  }

  /**
   * Another seed.
   *
   * @param newSeed the seed
   * @return a changed copy
   */
  public TrainingConfig withSeed(long newSeed) {
    return changed(draft -> draft.seed = newSeed);
  }

  private TrainingConfig changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** The components, to be changed one by one. */
  private static final class Draft {
    private int epochs;
    private int batchSize;
    private Objective objective;
    private ContrastiveConfig contrastive;
    private OptimizerConfig optimizer;
    private Freezing freezing;
    private RepeatPolicy repeats;
    private ValidationConfig validation;
    private long seed;

    Draft(TrainingConfig from) {
      epochs = from.epochs;
      batchSize = from.batchSize;
      objective = from.objective;
      contrastive = from.contrastive;
      optimizer = from.optimizer;
      freezing = from.freezing;
      repeats = from.repeats;
      validation = from.validation;
      seed = from.seed;
    }

    TrainingConfig config() {
      return new TrainingConfig(
          epochs,
          batchSize,
          objective,
          contrastive,
          optimizer,
          freezing,
          repeats,
          validation,
          seed);
    }
  }
}
