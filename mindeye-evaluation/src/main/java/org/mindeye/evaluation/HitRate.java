// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * A number of hits with the exact (Clopper and Pearson) 95 % confidence interval of their share:
 * what the share of another draw of as many images could be. It has a width even where all are hit.
 * The images are taken as independent, although all of them are searched in the same gallery.
 *
 * @param hits how many succeeded
 * @param trials out of how many
 * @param low lower end of the interval, in [0, 1]
 * @param high upper end of the interval, in [0, 1]
 */
public record HitRate(int hits, int trials, double low, double high) {
  private static final double TAIL = 0.025;

  /**
   * Computes the interval.
   *
   * @param hits how many succeeded
   * @param trials out of how many, at least 1
   * @return the rate
   * @throws IllegalArgumentException if there are more hits than trials, or a number is too small
   */
  public static HitRate of(int hits, int trials) {
    if (hits < 0 || trials < 1 || hits > trials) {
      throw new IllegalArgumentException(
          "hits: expected 0 to " + trials + " of at least 1 but was " + hits + " of " + trials);
    }
    double low = hits == 0 ? 0 : beta(hits, trials - hits + 1).inverseCumulativeProbability(TAIL);
    double high =
        hits == trials ? 1 : beta(hits + 1, trials - hits).inverseCumulativeProbability(1 - TAIL);
    return new HitRate(hits, trials, low, high);
  }

  private static BetaDistribution beta(double successes, double failures) {
    return new BetaDistribution(null, successes, failures);
  }

  /**
   * The share of hits.
   *
   * @return in [0, 1]
   */
  public double share() {
    return hits / (double) trials;
  }
}
