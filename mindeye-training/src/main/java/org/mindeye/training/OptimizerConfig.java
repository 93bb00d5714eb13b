// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;
import java.util.function.Consumer;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.core.optim.OneCycleSchedule;
import org.mindeye.core.optim.ParameterGroups;

/**
 * How gradients become weights.
 *
 * @param schedule how the learning rate moves
 * @param maxLearningRate its peak (published: 3e-4)
 * @param warmupEpochs how long the one-cycle schedule rises (published: 2)
 * @param weightDecay AdamW's decoupled decay (published: 1e-2)
 * @param decayRule which parameters it applies to
 * @param accumulation batches whose mean gradient makes one optimiser step (published: 1)
 * @param clipNorm the largest global norm of a step's gradients; 0 for no limit (published: 0)
 * @param averageDecay how much of the moving average of the weights each step keeps; 0 for no
 *     average (published: 0)
 */
public record OptimizerConfig(
    Schedule schedule,
    double maxLearningRate,
    double warmupEpochs,
    double weightDecay,
    DecayRule decayRule,
    int accumulation,
    double clipNorm,
    double averageDecay) {

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

  /** Checks the numbers. */
  public OptimizerConfig {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(decayRule, "decayRule");
    Requirements.positive("maxLearningRate", maxLearningRate);
    Requirements.positive("warmupEpochs", warmupEpochs);
    Requirements.notNegative("weightDecay", weightDecay);
    Requirements.atLeast("accumulation", 1, accumulation);
    Requirements.notNegative("clipNorm", clipNorm);
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "averageDecay: expected a number in [0, 1) but was " + averageDecay);
    }
  }

  /**
   * The published setting.
   *
   * @return the configuration
   */
  public static OptimizerConfig paper() {
    return new OptimizerConfig(
        Schedule.ONE_CYCLE,
        OneCycleSchedule.PUBLISHED_MAX_LEARNING_RATE,
        OneCycleSchedule.PUBLISHED_WARMUP_EPOCHS,
        ParameterGroups.PUBLISHED_WEIGHT_DECAY,
        DecayRule.AS_PUBLISHED,
        1,
        0,
        0);
  }

  /**
   * Another learning rate.
   *
   * @param newSchedule how it moves
   * @param newRate its peak
   * @return a changed copy
   */
  public OptimizerConfig withLearningRate(Schedule newSchedule, double newRate) {
    return changed(
        draft -> {
          draft.schedule = newSchedule;
          draft.maxLearningRate = newRate;
        });
  }

  /**
   * Another peak of the learning rate.
   *
   * @param newRate the peak
   * @return a changed copy
   */
  public OptimizerConfig withLearningRate(double newRate) {
    return withLearningRate(schedule, newRate);
  }

  /**
   * Another length of the rise.
   *
   * @param newEpochs how long the one-cycle schedule rises
   * @return a changed copy
   */
  public OptimizerConfig withWarmupEpochs(double newEpochs) {
    return changed(draft -> draft.warmupEpochs = newEpochs);
  }

  /**
   * Another weight decay.
   *
   * @param newDecay AdamW's decoupled decay
   * @param newRule which parameters it applies to
   * @return a changed copy
   */
  public OptimizerConfig withWeightDecay(double newDecay, DecayRule newRule) {
    return changed(
        draft -> {
          draft.weightDecay = newDecay;
          draft.decayRule = newRule;
        });
  }

  /**
   * Several batches for a step.
   *
   * @param batches whose mean gradient makes one optimiser step
   * @return a changed copy
   */
  public OptimizerConfig withAccumulation(int batches) {
    return changed(draft -> draft.accumulation = batches);
  }

  /**
   * Shorter gradients.
   *
   * @param maxNorm the largest global norm; 0 for no limit
   * @return a changed copy
   */
  public OptimizerConfig withClipNorm(double maxNorm) {
    return changed(draft -> draft.clipNorm = maxNorm);
  }

  /**
   * A moving average of the weights, which validation and inference then use.
   *
   * @param decay how much of the average each step keeps; 0 for no average
   * @return a changed copy
   */
  public OptimizerConfig withAverage(double decay) {
    return changed(draft -> draft.averageDecay = decay);
  }

  /** Whether there is a moving average. */
  boolean averages() {
    return averageDecay > 0;
  }

  /** Refuses a rise of the learning rate that would not end before the run does. */
  void requireWithin(int epochs) {
    if (schedule == Schedule.ONE_CYCLE && warmupEpochs >= epochs) {
      throw new IllegalArgumentException(
          "epochs: the learning rate rises for "
              + warmupEpochs
              + ", so more are needed but was "
              + epochs
              + "; or let it rise for fewer: warmupEpochs");
    }
  }

  /** The learning rate of every step of a run. */
  LearningRateSchedule schedule(int epochs, int stepsPerEpoch) {
    long total = Math.multiplyExact((long) epochs, stepsPerEpoch);
    return switch (schedule) {
      case ONE_CYCLE ->
          OneCycleSchedule.paper(maxLearningRate, epochs, stepsPerEpoch, warmupEpochs);
      case RISING -> LearningRateSchedule.rising(maxLearningRate / 3, maxLearningRate, total);
      case COSINE -> LearningRateSchedule.cosine(maxLearningRate, 0, total);
      case CONSTANT -> LearningRateSchedule.constant(maxLearningRate);
    };
  }

  private OptimizerConfig changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.config();
  }

  /** The components, to be changed one by one. */
  private static final class Draft {
    private Schedule schedule;
    private double maxLearningRate;
    private double warmupEpochs;
    private double weightDecay;
    private DecayRule decayRule;
    private int accumulation;
    private double clipNorm;
    private double averageDecay;

    Draft(OptimizerConfig from) {
      schedule = from.schedule;
      maxLearningRate = from.maxLearningRate;
      warmupEpochs = from.warmupEpochs;
      weightDecay = from.weightDecay;
      decayRule = from.decayRule;
      accumulation = from.accumulation;
      clipNorm = from.clipNorm;
      averageDecay = from.averageDecay;
    }

    OptimizerConfig config() {
      return new OptimizerConfig(
          schedule,
          maxLearningRate,
          warmupEpochs,
          weightDecay,
          decayRule,
          accumulation,
          clipNorm,
          averageDecay);
    }
  }
}
