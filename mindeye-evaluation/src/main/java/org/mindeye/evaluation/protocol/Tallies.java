// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.CorrelationDistance;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Ssim;
import org.mindeye.evaluation.TwoWayIdentification;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.evaluation.protocol.PairTally.Scores;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.StatisticsConfig;

/** The metrics of one evaluation, as a protocol defines them. */
final class Tallies {
  private static final double NO_CORRELATION = 0;
  private static final double FULL_DISTANCE = 1;

  private final EvaluationProtocol protocol;
  private final StatisticsConfig statistics;
  private final TwoWayTally.Spool spool;
  private final List<Tally> all = new ArrayList<>();

  Tallies(EvaluationProtocol protocol, StatisticsConfig statistics, TwoWayTally.Spool spool) {
    this.protocol = protocol;
    this.statistics = statistics;
    this.spool = spool;
  }

  List<Tally> all() {
    return all;
  }

  void addPixels() {
    PixelGrid grid = protocol.images().pixels();
    PixCorr pixCorr = PixCorr.on(grid);
    addPairs(
        EvaluationProtocol.PIXCORR,
        Better.HIGHER,
        NO_CORRELATION,
        block -> pixCorr.cross(block.originals(), block.reconstructions()));
    Ssim ssim = Ssim.on(grid, protocol.variants().ssim());
    addPairs(
        EvaluationProtocol.SSIM,
        Better.HIGHER,
        NO_CORRELATION,
        block -> ssim.cross(block.originals(), block.reconstructions()));
  }

  void addFeatures(FeatureScore metric, ImageFeatures network) {
    Function<ImageBatch, NDArray> features = images -> features(metric, network, images);
    if (metric.kind() == Kind.CORRELATION_DISTANCE) {
      addPairs(
          metric.name(),
          Better.LOWER,
          FULL_DISTANCE,
          block ->
              CorrelationDistance.cross(
                  features.apply(block.originals()), features.apply(block.reconstructions())));
    } else {
      TwoWayIdentification identification =
          TwoWayIdentification.among(protocol.variants().twoWay());
      all.add(
          new TwoWayTally(
              new TwoWayTally.Metric(metric.name(), identification, features, spool),
              statistics,
              stream(metric.name())));
    }
  }

  private void addPairs(String name, Better better, double unrelated, Scores scores) {
    all.add(
        new PairTally(
            new PairTally.Metric(name, better, unrelated, scores), statistics, stream(name)));
  }

  /** A metric's draws do not depend on which others are computed. */
  private long stream(String metric) {
    return protocol.metrics().indexOf(metric);
  }

  /** Freed with the block, at the latest. */
  private static NDArray features(FeatureScore metric, ImageFeatures network, ImageBatch images) {
    NDArray features = network.of(images, images.array().getManager());
    if (features.getShape().get(0) != images.batch()) {
      throw new MindEyeException(
          metric.name()
              + ": expected one row of features for each image of "
              + images
              + " but the network gave "
              + features.getShape());
    }
    return features;
  }
}
