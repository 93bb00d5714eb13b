// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import org.mindeye.evaluation.statistics.StatisticsConfig;
import picocli.CommandLine.Option;

/** How sure scores are; what is not given is as usual. */
final class StatisticsOptions {
  /** Fewer draws give an interval that says little, and may miss the score. */
  private static final int LEAST = 100;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      description = "How often images are drawn again for an interval (10000).")
  private Integer resamples;

  @Option(
      names = "--permutations",
      paramLabel = "N",
      description = "Random pairings that a score is compared with (10000).")
  private Integer permutations;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of both draws. Same seed, same numbers (0).")
  private Long seed;

  /** Creates the options; picocli fills them in. */
  StatisticsOptions() {}

  /**
   * The settings.
   *
   * @throws IllegalArgumentException if a number is too small
   */
  StatisticsConfig config() {
    StatisticsConfig standard = StatisticsConfig.standard();
    if (resamples != null && resamples < LEAST) {
      throw new IllegalArgumentException(
          "--bootstrap: expected at least " + LEAST + " but was " + resamples);
    }
    return new StatisticsConfig(
        standard.level(),
        resamples == null ? standard.resamples() : resamples,
        permutations == null ? standard.permutations() : permutations,
        standard.block(),
        seed == null ? standard.seed() : seed);
  }
}
