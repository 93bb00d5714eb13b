// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import org.mindeye.Plural;

/**
 * The one-cycle schedule with cosine annealing (Smith and Topin 2018, torch's {@code OneCycleLR}):
 * the learning rate rises from {@code max / divFactor} to the maximum and falls to {@code max /
 * divFactor / finalDivFactor}, while beta1 moves the other way, 0.95 to 0.85 and back. The original
 * never mentions that momentum cycles, but its optimiser does so by torch's default.
 *
 * @param maxLearningRate the highest learning rate
 * @param totalSteps how many steps there are
 * @param pctStart share of the steps spent rising, in (0, 1) (published: 2 epochs of all)
 * @param divFactor the maximum divided by the first rate (published, and torch: 25)
 * @param finalDivFactor the first rate divided by the last (published: 1000)
 */
public record OneCycleSchedule(
    double maxLearningRate,
    long totalSteps,
    double pctStart,
    double divFactor,
    double finalDivFactor)
    implements LearningRateSchedule {
  /** How high the published schedule rises: {@code max_lr} of the original. */
  public static final double PUBLISHED_MAX_LEARNING_RATE = 3e-4;

  /** How long the published schedule rises. */
  public static final int PUBLISHED_WARMUP_EPOCHS = 2;

  private static final double PUBLISHED_DIV_FACTOR = 25;
  private static final double PUBLISHED_FINAL_DIV_FACTOR = 1000;
  private static final double HIGH_BETA1 = 0.95;
  private static final double LOW_BETA1 = 0.85;

  /** Checks the numbers. */
  public OneCycleSchedule {
    if (!(maxLearningRate > 0) || Double.isInfinite(maxLearningRate)) {
      throw new IllegalArgumentException(
          "maxLearningRate: expected a finite positive number but was " + maxLearningRate);
    }
    requireTotal(totalSteps);
    if (!(pctStart > 0 && pctStart < 1)) {
      throw new IllegalArgumentException(
          "pctStart: expected a share between 0 and 1 but was " + pctStart);
    }
    if (!(divFactor >= 1) || !(finalDivFactor >= 1)) {
      throw new IllegalArgumentException(
          "divFactor, finalDivFactor: expected 1 or more but were "
              + divFactor
              + " and "
              + finalDivFactor);
    }
  }

  /**
   * The published schedule: two epochs of rise, start at {@code max / 25}, end a thousand times
   * lower.
   *
   * @param maxLearningRate the highest learning rate (published: 3e-4)
   * @param epochs how many epochs there are, at least 3
   * @param stepsPerEpoch optimiser steps per epoch
   * @return the schedule
   */
  public static OneCycleSchedule paper(double maxLearningRate, int epochs, int stepsPerEpoch) {
    return paper(maxLearningRate, epochs, stepsPerEpoch, PUBLISHED_WARMUP_EPOCHS);
  }

  /**
   * The published schedule with another length of the rise.
   *
   * @param maxLearningRate the highest learning rate
   * @param epochs how many epochs there are
   * @param stepsPerEpoch optimiser steps per epoch
   * @param warmupEpochs how long the rate rises; less than the epochs (published: 2)
   * @return the schedule
   */
  public static OneCycleSchedule paper(
      double maxLearningRate, int epochs, int stepsPerEpoch, double warmupEpochs) {
    if (warmupEpochs >= epochs) {
      throw new IllegalArgumentException(
          "epochs: the rate rises for "
              + warmupEpochs
              + " epochs, so more are needed but was "
              + epochs);
    }
    return new OneCycleSchedule(
        maxLearningRate,
        Math.multiplyExact((long) epochs, stepsPerEpoch),
        warmupEpochs / epochs,
        PUBLISHED_DIV_FACTOR,
        PUBLISHED_FINAL_DIV_FACTOR);
  }

  @Override
  public StepRates at(long step) {
    requireStep(step, totalSteps);
    double first = maxLearningRate / divFactor;
    double last = first / finalDivFactor;
    double peak = pctStart * totalSteps - 1;
    if (step <= peak) {
      double progress = peak == 0 ? 1 : step / peak;
      return new StepRates(
          anneal(first, maxLearningRate, progress), anneal(HIGH_BETA1, LOW_BETA1, progress));
    }
    double progress = (step - peak) / (totalSteps - 1 - peak);
    return new StepRates(
        anneal(maxLearningRate, last, progress), anneal(LOW_BETA1, HIGH_BETA1, progress));
  }

  /** Half a cosine from {@code from} at progress 0 to {@code to} at progress 1. */
  static double anneal(double from, double to, double progress) {
    return to + (from - to) / 2 * (1 + Math.cos(Math.PI * progress));
  }

  /** Refuses a schedule without steps. */
  static void requireTotal(long totalSteps) {
    if (totalSteps < 1) {
      throw new IllegalArgumentException("totalSteps: expected at least 1 but was " + totalSteps);
    }
  }

  /** Refuses a step before the first or after the last. */
  static void requireStep(long step, long totalSteps) {
    if (step < 0 || step >= totalSteps) {
      throw new IllegalArgumentException(
          "step " + step + " is outside this schedule of " + Plural.of(totalSteps, "step"));
    }
  }
}
