// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Arrays;

/**
 * A mean over repetitions with the half width of its 95 % confidence interval.
 *
 * @param mean the mean
 * @param halfWidth {@code 1.96 * sd / sqrt(repetitions)}; NaN where nothing was repeated, because
 *     one value says nothing about how much others would differ
 */
public record Estimate(double mean, double halfWidth) {
  private static final double NORMAL_QUANTILE = 1.96;

  /**
   * Summarises repetitions as the original does: with the <em>population</em> standard deviation
   * (divided by the number of repetitions) and the normal quantile.
   *
   * @param repetitions at least one value
   * @return mean and half width; NaN for the latter if there is only one value
   * @throws IllegalArgumentException if there are none
   */
  public static Estimate of(double... repetitions) {
    if (repetitions.length == 0) {
      throw new IllegalArgumentException("repetitions: expected at least one value");
    }
    if (repetitions.length == 1) {
      return new Estimate(repetitions[0], Double.NaN);
    }
    double mean = Arrays.stream(repetitions).average().orElseThrow();
    double variance =
        Arrays.stream(repetitions).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    return new Estimate(mean, NORMAL_QUANTILE * Math.sqrt(variance / repetitions.length));
  }

  /**
   * Whether anything is known about the spread.
   *
   * @return false if the half width is NaN
   */
  public boolean hasInterval() {
    return !Double.isNaN(halfWidth);
  }

  /**
   * The lower end of the interval.
   *
   * @return mean minus half width
   */
  public double low() {
    return mean - halfWidth;
  }

  /**
   * The upper end of the interval.
   *
   * @return mean plus half width
   */
  public double high() {
    return mean + halfWidth;
  }
}
