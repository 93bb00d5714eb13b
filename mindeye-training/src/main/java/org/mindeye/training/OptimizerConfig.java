// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Locale;
import java.util.Objects;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.document.Migrated;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.ParameterGroups;

/**
 * How gradients become weights.
 *
 * @param learningRate how long the steps are
 * @param weightDecay AdamW's decoupled decay (published: 1e-2)
 * @param decayRule which parameters it applies to
 * @param accumulation batches whose mean gradient makes one optimiser step (published: 1)
 * @param clipNorm the largest global norm of a step's gradients; 0 for no limit (published: 0)
 * @param averageDecay how much of the moving average of the weights each step keeps; 0 for no
 *     average (published: 0)
 * @param precision in which format steps, and the validations between them, multiply; weights,
 *     gradients, moments and average are float32 in every format (published: float32)
 */
@Migrated(by = OptimizerMigration.class)
public record OptimizerConfig(
    LearningRate learningRate,
    double weightDecay,
    DecayRule decayRule,
    int accumulation,
    double clipNorm,
    double averageDecay,
    Precision precision) {

  /** How the learning rate moves. */
  public enum Schedule {
    /** Up for some epochs, then down, with momentum cycling the other way; published. */
    ONE_CYCLE,
    /**
     * From a third of the peak straight up to it. The original calls it {@code linear}; unlike what
     * the name suggests it never falls.
     */
    RISING,
    /** Half a cosine from the peak down to 0. */
    COSINE,
    /** The peak throughout. */
    CONSTANT
  }

  /**
   * The learning rate of a run.
   *
   * @param schedule how it moves
   * @param maximum its peak (published: 3e-4)
   * @param warmupEpochs how long the one-cycle schedule rises (published: 2)
   */
  public record LearningRate(Schedule schedule, double maximum, double warmupEpochs) {
    /** Checks the numbers. */
    public LearningRate {
      Objects.requireNonNull(schedule, "schedule");
      Requirements.positive("maximum", maximum);
      Requirements.positive("warmupEpochs", warmupEpochs);
    }

    /**
     * The published setting.
     *
     * @return the configuration
     */
    public static LearningRate paper() {
      return new LearningRate(
          Schedule.ONE_CYCLE,
          OneCycleSchedule.PUBLISHED_MAX_LEARNING_RATE,
          OneCycleSchedule.PUBLISHED_WARMUP_EPOCHS);
    }

    /** The rate of every step of a run. */
    LearningRateSchedule over(int epochs, int stepsPerEpoch) {
      long total = Math.multiplyExact((long) epochs, stepsPerEpoch);
      return switch (schedule) {
        case ONE_CYCLE -> OneCycleSchedule.paper(maximum, epochs, stepsPerEpoch, warmupEpochs);
        case RISING -> LearningRateSchedule.rising(maximum / 3, maximum, total);
        case COSINE -> LearningRateSchedule.cosine(maximum, 0, total);
        case CONSTANT -> LearningRateSchedule.constant(maximum);
      };
    }
  }

  /** Checks the numbers. */
  public OptimizerConfig {
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(decayRule, "decayRule");
    Requirements.notNegative("weightDecay", weightDecay);
    Requirements.atLeast("accumulation", 1, accumulation);
    Requirements.notNegative("clipNorm", clipNorm);
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "averageDecay: expected a number in [0, 1) but was " + averageDecay);
    }
    if (Objects.requireNonNull(precision, "precision") == Precision.INT8_WEIGHTS) {
      throw new IllegalArgumentException(
          "precision: INT8_WEIGHTS is for inference, integers have no gradients; train in FLOAT32"
              + " or BFLOAT16, and load the trained weights in INT8_WEIGHTS");
    }
  }

  /**
   * The published setting.
   *
   * @return the configuration
   */
  public static OptimizerConfig paper() {
    return new OptimizerConfig(
        LearningRate.paper(),
        ParameterGroups.PUBLISHED_WEIGHT_DECAY,
        DecayRule.AS_PUBLISHED,
        1,
        0,
        0,
        Precision.FLOAT32);
  }

  /**
   * Another learning rate.
   *
   * @param newRate its schedule, peak and rise
   * @return a changed copy
   */
  public OptimizerConfig withLearningRate(LearningRate newRate) {
    return new OptimizerConfig(
        newRate, weightDecay, decayRule, accumulation, clipNorm, averageDecay, precision);
  }

  /**
   * Another learning rate.
   *
   * @param newSchedule how it moves
   * @param newMaximum its peak
   * @return a changed copy
   */
  public OptimizerConfig withLearningRate(Schedule newSchedule, double newMaximum) {
    return withLearningRate(new LearningRate(newSchedule, newMaximum, learningRate.warmupEpochs));
  }

  /**
   * Another peak of the learning rate.
   *
   * @param newMaximum the peak
   * @return a changed copy
   */
  public OptimizerConfig withLearningRate(double newMaximum) {
    return withLearningRate(learningRate.schedule, newMaximum);
  }

  /**
   * Another length of the rise.
   *
   * @param newEpochs how long the one-cycle schedule rises
   * @return a changed copy
   */
  public OptimizerConfig withWarmupEpochs(double newEpochs) {
    return withLearningRate(
        new LearningRate(learningRate.schedule, learningRate.maximum, newEpochs));
  }

  /**
   * Another weight decay.
   *
   * @param newDecay AdamW's decoupled decay
   * @param newRule which parameters it applies to
   * @return a changed copy
   */
  public OptimizerConfig withWeightDecay(double newDecay, DecayRule newRule) {
    return new OptimizerConfig(
        learningRate, newDecay, newRule, accumulation, clipNorm, averageDecay, precision);
  }

  /**
   * Several batches for a step.
   *
   * @param batches whose mean gradient makes one optimiser step
   * @return a changed copy
   */
  public OptimizerConfig withAccumulation(int batches) {
    return new OptimizerConfig(
        learningRate, weightDecay, decayRule, batches, clipNorm, averageDecay, precision);
  }

  /**
   * Shorter gradients.
   *
   * @param maxNorm the largest global norm; 0 for no limit
   * @return a changed copy
   */
  public OptimizerConfig withClipNorm(double maxNorm) {
    return new OptimizerConfig(
        learningRate, weightDecay, decayRule, accumulation, maxNorm, averageDecay, precision);
  }

  /**
   * A moving average of the weights, which validation and inference then use.
   *
   * @param decay how much of the average each step keeps; 0 for no average
   * @return a changed copy
   */
  public OptimizerConfig withAverage(double decay) {
    return new OptimizerConfig(
        learningRate, weightDecay, decayRule, accumulation, clipNorm, decay, precision);
  }

  /**
   * Another format of products.
   *
   * @param newPrecision in which steps and validations multiply
   * @return a changed copy
   */
  public OptimizerConfig withPrecision(Precision newPrecision) {
    return new OptimizerConfig(
        learningRate, weightDecay, decayRule, accumulation, clipNorm, averageDecay, newPrecision);
  }

  /** Whether there is a moving average. */
  boolean averages() {
    return averageDecay > 0;
  }

  /** Refuses a rise of the learning rate that would not end before the run does. */
  void requireWithin(int epochs) {
    if (learningRate.schedule == Schedule.ONE_CYCLE && learningRate.warmupEpochs >= epochs) {
      throw new IllegalArgumentException(
          "epochs: the learning rate rises for "
              + learningRate.warmupEpochs
              + ", so more are needed but was "
              + epochs
              + "; or let it rise for fewer: optimizer.learningRate.warmupEpochs");
    }
  }

  /**
   * Refuses a training split that is too small for one step, before anything is made of it.
   *
   * @param batchSize samples per batch
   * @param samples of the training split
   * @throws MindEyeException if there are too few; says how many a step needs
   */
  public void requireAStep(int batchSize, int samples) {
    int needed = Math.multiplyExact(batchSize, accumulation);
    if (samples < needed) {
      throw new MindEyeException(
          String.format(
              Locale.ROOT,
              "training split: a step needs %s (%s of %d) but there are %d; use"
                  + " smaller batches, or fewer for a step",
              Plural.of(needed, "sample"),
              Plural.of(accumulation, "batch"),
              batchSize,
              samples));
    }
  }
}
