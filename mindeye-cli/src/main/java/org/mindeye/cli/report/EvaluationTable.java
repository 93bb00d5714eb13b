// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.mindeye.Plural;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.PixelScores;
import org.mindeye.evaluation.PoolScores;
import org.mindeye.evaluation.report.BarChart;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.PublishedScores;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;
import org.mindeye.evaluation.statistics.Better;

/** The scores of a trained model and of what it is compared with, in one table. */
final class EvaluationTable {
  private static final Metric MEDIAN_RANK =
      new Metric("median_rank", "Median rank", ValueFormat.NUMBER, 1, Better.LOWER);

  private final Evaluation evaluation;
  private final LowLevelPictures painted;
  private final PoolScores pools;
  private final Metric allBrains;
  private final Metric allImages;
  private final Metric allTop5;

  /** Of an evaluation; what was painted may be null. */
  EvaluationTable(Evaluation evaluation, LowLevelPictures painted) {
    this.evaluation = evaluation;
    this.painted = painted;
    this.pools = evaluation.mindEye().pools();
    int all = evaluation.test().size();
    allBrains = Metric.share("all_brain_to_image", "Brain to image, among all " + all);
    allImages = Metric.share("all_image_to_brain", "Image to brain, among all " + all);
    allTop5 = Metric.share("all_top5", "Brain to image, top-5");
  }

  /** All scores, with the published ones of the same kind below. */
  ScoreTable table() {
    List<ScoredMethod> methods =
        new ArrayList<>(evaluation.methods().stream().map(this::method).toList());
    return new ScoreTable(
            "Top-1 among " + Plural.of(pools.config().poolSize(), "picture") + " of the test split",
            methods)
        .with(PublishedScores.verified(Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN));
  }

  private ScoredMethod method(MethodScores scores) {
    List<ScoreRow> rows = new ArrayList<>();
    DirectionScores brains = scores.all().brainToImage();
    DirectionScores images = scores.all().imageToBrain();
    if (pools.isWholeSet()) {
      rows.add(whole(Metric.BRAIN_TO_IMAGE, brains));
      rows.add(whole(Metric.IMAGE_TO_BRAIN, images));
      rows.add(ScoreRow.of(allTop5, brains.top5()).withChance(brains.chance(5)));
    } else {
      rows.add(pooled(Metric.BRAIN_TO_IMAGE, scores.pools().brainToImage()));
      rows.add(pooled(Metric.IMAGE_TO_BRAIN, scores.pools().imageToBrain()));
      rows.add(whole(allBrains, brains));
      rows.add(whole(allImages, images));
    }
    rows.add(ScoreRow.of(MEDIAN_RANK, brains.medianRank()));
    painter(scores.method())
        .ifPresent(
            painter -> {
              rows.add(likeness(Metric.PIX_CORR, painter, PixelScores::pixCorr));
              rows.add(likeness(Metric.SSIM, painter, PixelScores::ssim));
            });
    return new ScoredMethod(scores.method().title(), Optional.empty(), rows);
  }

  private ScoreRow pooled(Metric metric, Estimate estimate) {
    return ScoreRow.of(metric, estimate).withChance(pools.chance());
  }

  private static ScoreRow whole(Metric metric, DirectionScores direction) {
    return ScoreRow.of(metric, direction.hits()).withChance(direction.chance(1));
  }

  private Optional<Painter> painter(Method method) {
    return painted == null
        ? Optional.empty()
        : switch (method) {
          case MINDEYE -> Optional.of(Painter.NETWORK);
          case RIDGE -> Optional.of(Painter.RIDGE);
          case REPEATS, NOISE_CEILING -> Optional.empty();
        };
  }

  private ScoreRow likeness(Metric metric, Painter painter, ToDoubleFunction<PixelScores> score) {
    return ScoreRow.of(metric, painted.estimate(painter, score))
        .withChance(painted.estimate(Painter.OTHER_BRAIN, score).mean())
        .withCeiling(painted.estimate(Painter.AUTOENCODER, score).mean());
  }

  /** Top-1 among all; without the repeats, next to which the others' differences would shrink. */
  BarChart chart() {
    List<ScoredMethod> shown =
        evaluation.methods().stream()
            .filter(scores -> scores.method() != Method.REPEATS)
            .map(this::amongAll)
            .toList();
    String title = "Top-1 among all " + Plural.of(evaluation.test().size(), "test picture");
    return new ScoreTable(title, shown).chart(title, Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN);
  }

  private ScoredMethod amongAll(MethodScores scores) {
    return ScoredMethod.of(
        scores.method().title(),
        whole(Metric.BRAIN_TO_IMAGE, scores.all().brainToImage()),
        whole(Metric.IMAGE_TO_BRAIN, scores.all().imageToBrain()));
  }
}
