// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

/**
 * Temperatures that follow half a cosine from the first value to the last; both are reached ({@code
 * cosine_anneal} in {@code src/utils.py} of the original). A single epoch uses the first value (the
 * original divides by zero).
 *
 * @param first the temperature of epoch 0
 * @param last the temperature of the last epoch
 * @param epochs how many; may be 0
 */
public record TemperatureSchedule(double first, double last, int epochs) {
  /**
   * Checks all numbers.
   *
   * @param first positive and finite
   * @param last positive and finite
   * @param epochs 0 or more
   * @throws IllegalArgumentException if one is out of range
   */
  public TemperatureSchedule {
    Border.requireTemperature(first);
    Border.requireTemperature(last);
    if (epochs < 0) {
      throw new IllegalArgumentException("epochs must not be negative but was " + epochs);
    }
  }

  /**
   * The published SoftCLIP temperatures, 0.004 to 0.0075.
   *
   * @param epochs how many epochs use SoftCLIP (161 of the published 240)
   * @return the schedule
   */
  public static TemperatureSchedule paper(int epochs) {
    return new TemperatureSchedule(0.004, 0.0075, epochs);
  }

  /**
   * The temperature of an epoch.
   *
   * @param epoch from 0 to {@code epochs - 1}
   * @return {@code last + (first - last) / 2 * (1 + cos(pi epoch / (epochs - 1)))}
   * @throws IllegalArgumentException for an epoch outside the schedule
   */
  public double at(int epoch) {
    Border.requireEpoch(epoch, epochs);
    if (epochs == 1) {
      return first;
    }
    return last + (first - last) / 2 * (1 + Math.cos(Math.PI * epoch / (epochs - 1)));
  }
}
