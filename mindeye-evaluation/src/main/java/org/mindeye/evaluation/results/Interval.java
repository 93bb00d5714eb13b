// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

/**
 * Where a value lies, with 95 % confidence.
 *
 * @param low the lower end, finite
 * @param high the upper end, finite, at least the lower one
 */
public record Interval(double low, double high) {
  /** Checks the order. */
  public Interval {
    if (!(low <= high) || Double.isInfinite(high - low)) {
      throw new IllegalArgumentException(
          "interval: expected finite ends, the lower first, but was " + low + " to " + high);
    }
  }
}
