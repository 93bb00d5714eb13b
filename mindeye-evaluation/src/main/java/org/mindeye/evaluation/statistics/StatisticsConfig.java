// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

/**
 * How intervals and p-values are computed.
 *
 * @param level of confidence of intervals, between 0 and 1
 * @param resamples how often the images are drawn again for an interval, at least 1
 * @param permutations how many random pairings a score is compared with, at least 1; p-values
 *     cannot be below {@code 1 / (permutations + 1)}
 * @param block how many consecutive images are paired with each other where not all are, at least 2
 * @param seed of both draws
 */
public record StatisticsConfig(
    double level, int resamples, int permutations, int block, long seed) {
  /** Checks the numbers. */
  public StatisticsConfig {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "level: expected a number between 0 and 1 but was " + level);
    }
    requireAtLeast(1, "resamples", resamples);
    requireAtLeast(1, "permutations", permutations);
    requireAtLeast(2, "block", block);
  }

  private static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": expected at least " + least + " but was " + value);
    }
  }

  /**
   * 95 % intervals from 10,000 draws, p-values from 10,000 pairings, blocks of 8 images, seed 0.
   * The paper gives neither intervals of images nor p-values.
   *
   * @return the configuration
   */
  public static StatisticsConfig standard() {
    return new StatisticsConfig(0.95, 10_000, 10_000, 8, 0);
  }

  /**
   * Other draws.
   *
   * @param other the seed
   * @return a changed copy
   */
  public StatisticsConfig withSeed(long other) {
    return new StatisticsConfig(level, resamples, permutations, block, other);
  }
}
