// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.RandomPairings;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.evaluation.statistics.Uncertainty;

/** A mean over pairs, each of which is scored by itself. */
final class PairTally implements Tally {
  private final Metric metric;
  private final StatisticsConfig statistics;
  private final long stream;
  private final RandomPairings test;
  private final List<Double> each = new ArrayList<>();
  private final List<String> undefined = new ArrayList<>();

  /** All pairs of a block: {@code [originals, reconstructions]}, NaN where undefined. */
  @FunctionalInterface
  interface Scores {
    double[][] of(PairReader.Block block);
  }

  /**
   * What is tallied.
   *
   * @param name in the result
   * @param better which scores are good
   * @param unrelated what counts where a score is undefined
   * @param scores of a block
   */
  record Metric(String name, Better better, double unrelated, Scores scores) {}

  PairTally(Metric metric, StatisticsConfig statistics, long stream) {
    this.metric = metric;
    this.statistics = statistics;
    this.stream = stream;
    test = RandomPairings.withinBlocks(metric.better, statistics, Streams.pairings(stream));
  }

  @Override
  public void add(PairReader.Block block) {
    double[][] scores = metric.scores.of(block);
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i][i])) {
        undefined.add(block.ids().get(i));
      }
      for (int j = 0; j < scores.length; j++) {
        scores[i][j] = Double.isNaN(scores[i][j]) ? metric.unrelated : scores[i][j];
      }
      each.add(scores[i][i]);
    }
    test.addBlock(scores);
  }

  @Override
  public MetricScore score() {
    double[] values = each.stream().mapToDouble(Double::doubleValue).toArray();
    NoiseSource noise = NoiseSource.seeded(statistics.seed(), Streams.resamples(stream));
    return new MetricScore(
        metric.name,
        metric.better,
        StatUtils.mean(values),
        Uncertainty.ofMean(values, statistics, noise),
        test.significance(),
        each,
        undefined);
  }
}
