// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.FeatureTable;
import org.mindeye.evaluation.TwoWayIdentification;
import org.mindeye.evaluation.TwoWayScores;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.RandomPairings;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.evaluation.statistics.Uncertainty;

/** Two-way identification, for which the features of all images are kept until the end. */
final class TwoWayTally implements Tally {
  private static final double CHANCE = 0.5;

  private final Metric metric;
  private final StatisticsConfig statistics;
  private final long stream;
  private final List<String> ids = new ArrayList<>();
  private FeatureTable originals;
  private FeatureTable reconstructions;

  /**
   * What is tallied.
   *
   * @param name in the result
   * @param identification among what
   * @param features of images
   * @param spool where features are kept
   */
  record Metric(
      String name,
      TwoWayIdentification identification,
      Function<ImageBatch, NDArray> features,
      Spool spool) {}

  /**
   * Where features are kept.
   *
   * @param images how many there will be
   * @param mostBytes of a table on the heap; a larger one goes to a file
   * @param folder of the file
   */
  record Spool(int images, long mostBytes, Path folder) {
    FeatureTable table(String name, int width) throws IOException {
      return (long) images * width * Float.BYTES <= mostBytes
          ? FeatureTable.onHeap(name, images, width)
          : FeatureTable.inFile(name, images, width, folder);
    }
  }

  TwoWayTally(Metric metric, StatisticsConfig statistics, long stream) {
    this.metric = metric;
    this.statistics = statistics;
    this.stream = stream;
  }

  @Override
  public void add(PairReader.Block block) throws IOException {
    NDArray seen = metric.features.apply(block.originals());
    NDArray painted = metric.features.apply(block.reconstructions());
    if (originals == null) {
      int width = Math.toIntExact(seen.getShape().size() / seen.getShape().get(0));
      originals = metric.spool.table(metric.name + " of originals", width);
      reconstructions = metric.spool.table(metric.name + " of reconstructions", width);
    }
    ids.addAll(block.ids());
    originals.add(seen);
    reconstructions.add(painted);
  }

  @Override
  public MetricScore score() throws IOException {
    RandomPairings test =
        RandomPairings.ofAllImages(Better.HIGHER, statistics, Streams.pairings(stream));
    TwoWayScores scores = metric.identification.score(originals, reconstructions, test);
    TreeSet<Integer> constant = new TreeSet<>(scores.constantOriginals());
    constant.addAll(scores.constantReconstructions());
    NoiseSource noise = NoiseSource.seeded(statistics.seed(), Streams.resamples(stream));
    return new MetricScore(
        metric.name,
        Better.HIGHER,
        scores.score(),
        Uncertainty.ofMean(scores.each(), statistics, noise),
        test.significance().withChance(CHANCE),
        Arrays.stream(scores.each()).boxed().toList(),
        constant.stream().map(ids::get).toList());
  }

  @Override
  public void close() throws IOException {
    if (originals != null) {
      originals.close();
    }
    if (reconstructions != null) {
      reconstructions.close();
    }
  }
}
