// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.List;
import java.util.Optional;
import org.mindeye.evaluation.HitRate;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.statistics.Better;

/** Tables for tests: an ordinary one, and one of texts that every format has to escape. */
final class SampleScores {
  static final Metric RANK =
      new Metric("median_rank", "Median rank", ValueFormat.NUMBER, 1, Better.LOWER);

  private SampleScores() {}

  static ScoreTable table() {
    return ScoreTable.of(
        "Test split, 300 pictures",
        ScoredMethod.of(
            "MindEye",
            ScoreRow.of(Metric.BRAIN_TO_IMAGE, HitRate.of(288, 300))
                .withChance(1 / 300.0)
                .withCeiling(1),
            ScoreRow.of(Metric.PIX_CORR, 0.6588).within(0.64, 0.68),
            ScoreRow.of(RANK, 1)),
        ScoredMethod.of(
            "Ridge regression",
            ScoreRow.of(Metric.BRAIN_TO_IMAGE, HitRate.of(276, 300)),
            ScoreRow.of(Metric.PIX_CORR, 0.6881)),
        new ScoredMethod(
            "Published",
            Optional.of("a notebook"),
            List.of(ScoreRow.of(Metric.PIX_CORR, 0.392465))));
  }

  static ScoreTable awkward() {
    return ScoreTable.of(
        "50 % & \"more\" | less_than <3>",
        ScoredMethod.of(
            "a,b \"quoted\" {x}\\y~z^2 #1 $5\n[see](there) *now* `code`",
            ScoreRow.of(Metric.number("own", "Own|metric_1", Better.LOWER), -0.5)));
  }
}
