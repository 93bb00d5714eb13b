// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mindeye.evaluation.RetrievalDirection;
import org.mindeye.evaluation.protocol.DirectionResult;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.FeatureScore;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.protocol.PoolResult;
import org.mindeye.evaluation.protocol.RetrievalResult;
import org.mindeye.evaluation.statistics.Better;

/** What was measured by a protocol, as rows of a table and as scores of pictures. */
public final class Measured {
  private static final List<Metric> PUBLISHED =
      List.of(
          Metric.PIX_CORR,
          Metric.SSIM,
          Metric.ALEXNET_2,
          Metric.ALEXNET_5,
          Metric.INCEPTION,
          Metric.CLIP,
          Metric.EFFICIENT_NET,
          Metric.SWAV);

  private Measured() {}

  /**
   * The scores of reconstructions, and of retrieval.
   *
   * @param name of the method
   * @param painted scores of reconstructions
   * @param found scores of the same brains' retrieval, top-1 among the protocol's pools
   * @return the method
   */
  public static ScoredMethod method(String name, EvaluationResult painted, RetrievalResult found) {
    List<ScoreRow> rows = new ArrayList<>(rows(found));
    rows.addAll(rows(painted));
    return new ScoredMethod(name, Optional.empty(), rows);
  }

  /**
   * The scores of reconstructions, with the bootstrap's interval and the chance that was measured.
   *
   * @param name of the method
   * @param painted scores of reconstructions
   * @return the method
   */
  public static ScoredMethod method(String name, EvaluationResult painted) {
    return new ScoredMethod(name, Optional.empty(), rows(painted));
  }

  /**
   * The scores of retrieval: top-1 among the protocol's pools, with the interval of their draw.
   *
   * @param name of the method
   * @param found scores of both directions
   * @return the method
   */
  public static ScoredMethod method(String name, RetrievalResult found) {
    return new ScoredMethod(name, Optional.empty(), rows(found));
  }

  private static List<ScoreRow> rows(EvaluationResult painted) {
    return painted.scores().stream()
        .map(
            score ->
                ScoreRow.of(metric(painted, score), score.mean())
                    .within(
                        Math.min(score.mean(), score.uncertainty().low()),
                        Math.max(score.mean(), score.uncertainty().high()))
                    .withChance(score.significance().chance()))
        .toList();
  }

  private static List<ScoreRow> rows(RetrievalResult found) {
    return found.directions().stream().map(Measured::row).toList();
  }

  private static ScoreRow row(DirectionResult direction) {
    Metric metric =
        direction.direction() == RetrievalDirection.BRAIN_TO_IMAGE
            ? Metric.BRAIN_TO_IMAGE
            : Metric.IMAGE_TO_BRAIN;
    PoolResult pools = direction.pools();
    ScoreRow row = ScoreRow.of(metric, pools.mean()).withChance(pools.chance());
    return pools
        .halfWidth()
        .map(half -> row.within(pools.mean() - half, pools.mean() + half))
        .orElse(row);
  }

  /**
   * The scores of every picture.
   *
   * @param painted scores of reconstructions
   * @return called by the ids of the images
   */
  public static PictureScores pictures(EvaluationResult painted) {
    PictureScores pictures = PictureScores.of(painted.inputs().ids());
    for (MetricScore score : painted.scores()) {
      pictures =
          pictures.with(
              metric(painted, score),
              score.each().stream().mapToDouble(Double::doubleValue).toArray());
    }
    return pictures;
  }

  /** One of the published metrics, or a share or number under a key made of its name. */
  private static Metric metric(EvaluationResult painted, MetricScore score) {
    return PUBLISHED.stream()
        .filter(metric -> metric.title().equals(score.metric()))
        .filter(metric -> metric.better() == score.better()) // Protocols may compare otherwise.
        .findFirst()
        .orElseGet(() -> unpublished(painted, score));
  }

  private static Metric unpublished(EvaluationResult painted, MetricScore score) {
    String key = score.metric().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    boolean share =
        score.better() == Better.HIGHER
            && painted.protocol().features().stream()
                .filter(feature -> feature.name().equals(score.metric()))
                .anyMatch(feature -> feature.kind() == FeatureScore.Kind.TWO_WAY);
    return share
        ? Metric.share(key, score.metric())
        : Metric.number(key, score.metric(), score.better());
  }
}
