// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

/**
 * The one-cycle schedule with cosine annealing (Smith and Topin 2018, torch's {@code OneCycleLR}):
 * the learning rate rises from {@code max / 25} to the maximum and falls to {@code max / 25 /
 * finalDivisor}, while beta1 moves the other way, 0.95 to 0.85 and back. The original never
 * mentions that momentum cycles, but its optimiser does so by torch's default.
 *
 * @param maxRate the highest learning rate
 * @param totalSteps how many steps there are
 * @param risingShare share of the steps spent rising, in (0, 1)
 * @param startDivisor the maximum divided by the first rate (torch: 25)
 * @param finalDivisor the first rate divided by the last (published: 1000)
 */
public record OneCycleSchedule(
    double maxRate, long totalSteps, double risingShare, double startDivisor, double finalDivisor)
    implements LearningRateSchedule {
  private static final double HIGH_BETA1 = 0.95;
  private static final double LOW_BETA1 = 0.85;

  /** Checks the numbers. */
  public OneCycleSchedule {
    if (!(maxRate > 0) || Double.isInfinite(maxRate)) {
      throw new IllegalArgumentException(
          "maxRate: expected a finite positive number but was " + maxRate);
    }
    requireTotal(totalSteps);
    if (!(risingShare > 0 && risingShare < 1)) {
      throw new IllegalArgumentException(
          "risingShare: expected a share between 0 and 1 but was " + risingShare);
    }
    if (!(startDivisor >= 1) || !(finalDivisor >= 1)) {
      throw new IllegalArgumentException(
          "divisors: expected 1 or more but were " + startDivisor + " and " + finalDivisor);
    }
  }

  /**
   * The published schedule: two epochs of rise, start at {@code max / 25}, end a thousand times
   * lower.
   *
   * @param maxRate the highest learning rate (published: 3e-4)
   * @param epochs how many epochs there are, at least 3
   * @param stepsPerEpoch optimiser steps per epoch
   * @return the schedule
   */
  public static OneCycleSchedule paper(double maxRate, int epochs, int stepsPerEpoch) {
    if (epochs < 3) {
      throw new IllegalArgumentException(
          "epochs: the rate rises for 2 epochs, so at least 3 are needed but was " + epochs);
    }
    return new OneCycleSchedule(
        maxRate, Math.multiplyExact((long) epochs, stepsPerEpoch), 2.0 / epochs, 25, 1000);
  }

  @Override
  public StepRates at(long step) {
    requireStep(step, totalSteps);
    double first = maxRate / startDivisor;
    double last = first / finalDivisor;
    double peak = risingShare * totalSteps - 1;
    if (step <= peak) {
      double progress = peak == 0 ? 1 : step / peak;
      return new StepRates(
          anneal(first, maxRate, progress), anneal(HIGH_BETA1, LOW_BETA1, progress));
    }
    double progress = (step - peak) / (totalSteps - 1 - peak);
    return new StepRates(anneal(maxRate, last, progress), anneal(LOW_BETA1, HIGH_BETA1, progress));
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
          "step " + step + " is outside this schedule of " + totalSteps + " steps");
    }
  }
}
