// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.RetrievalDirection;
import org.mindeye.evaluation.protocol.DirectionResult;
import org.mindeye.evaluation.protocol.EvaluatedInputs;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.EvaluationResult;
import org.mindeye.evaluation.protocol.FeatureScore;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.protocol.PoolResult;
import org.mindeye.evaluation.protocol.RetrievalResult;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.Shuffle;
import org.mindeye.evaluation.statistics.Significance;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.evaluation.statistics.Uncertainty;

class MeasuredTest {
  private static final EvaluatedInputs INPUTS =
      new EvaluatedInputs(2, "0".repeat(64), List.of("a.png", "b.png"));

  private static final Significance SIGNIFICANCE =
      new Significance(0.125, 0.01, 100, Shuffle.ALL_IMAGES);

  private static MetricScore score(String name, Better better, double low) {
    return new MetricScore(
        name,
        better,
        0.5,
        new Uncertainty(0.1, low, 0.75, 0.95, 100),
        SIGNIFICANCE,
        List.of(0.25, 0.75),
        List.of());
  }

  private static EvaluationResult painted() {
    return new EvaluationResult(
        EvaluationProtocol.mindEye1(),
        "0.1",
        INPUTS,
        StatisticsConfig.standard(),
        Map.of(),
        List.of(
            score("PixCorr", Better.HIGHER, 0.25),
            score("SwAV", Better.LOWER, 0.51),
            score("My Net(3)", Better.LOWER, 0.25)),
        List.of());
  }

  private static RetrievalResult found() {
    return new RetrievalResult(
        EvaluationProtocol.mindEye1(),
        "0.1",
        INPUTS,
        StatisticsConfig.standard(),
        List.of(
            direction(RetrievalDirection.BRAIN_TO_IMAGE, 0.75, Optional.of(0.125)),
            direction(RetrievalDirection.IMAGE_TO_BRAIN, 0.5, Optional.empty())));
  }

  private static DirectionResult direction(
      RetrievalDirection direction, double mean, Optional<Double> half) {
    return new DirectionResult(
        direction,
        direction.publishedLabel(),
        0.9,
        new Uncertainty(0.1, 0.8, 1, 0.95, 100),
        SIGNIFICANCE,
        new PoolResult(mean, half, 0.01, List.of(mean)),
        List.of(1, 2));
  }

  @Test
  void should_make_rows_with_interval_and_chance_of_published_metrics() {
    ScoredMethod method = Measured.method("This run", painted());
    assertThat(method.source()).isEmpty();
    assertThat(method.scores().get(0))
        .isEqualTo(ScoreRow.of(Metric.PIX_CORR, 0.5).within(0.25, 0.75).withChance(0.125));
    assertThat(method.score(Metric.SWAV)).isPresent();
  }

  /** Few draws may leave the mean outside their middle. */
  @Test
  void should_widen_an_interval_that_does_not_hold_the_mean() {
    assertThat(Measured.method("m", painted()).score(Metric.SWAV).orElseThrow().interval())
        .contains(new Interval(0.5, 0.75));
  }

  @Test
  void should_keep_metrics_that_are_not_published() {
    assertThat(Measured.method("m", painted()).scores().get(2).metric())
        .isEqualTo(Metric.number("my_net_3_", "My Net(3)", Better.LOWER));
  }

  /** A protocol may compare the same features otherwise: distances are no shares. */
  @Test
  void should_not_take_another_number_for_a_published_metric() {
    EvaluationResult distances =
        new EvaluationResult(
            EvaluationProtocol.mindEye1(),
            "0.1",
            INPUTS,
            StatisticsConfig.standard(),
            Map.of(),
            List.of(score("CLIP", Better.LOWER, 0.25)),
            List.of());
    assertThat(Measured.method("m", distances).scores().get(0).metric())
        .isEqualTo(Metric.number("clip", "CLIP", Better.LOWER));
  }

  @Test
  void should_write_two_way_scores_of_other_networks_in_percent() {
    EvaluationResult other =
        new EvaluationResult(
            EvaluationProtocol.mindEye1()
                .named("OWN", 1)
                .withFeatures(List.of(new FeatureScore("My Net", FeatureScore.Kind.TWO_WAY))),
            "0.1",
            INPUTS,
            StatisticsConfig.standard(),
            Map.of(),
            List.of(score("My Net", Better.HIGHER, 0.25)),
            List.of());
    assertThat(Measured.method("m", other).scores().get(0).metric())
        .isEqualTo(Metric.share("my_net", "My Net"));
  }

  @Test
  void should_take_retrieval_among_pools_as_published() {
    assertThat(Measured.method("m", found()).scores())
        .containsExactly(
            ScoreRow.of(Metric.BRAIN_TO_IMAGE, 0.75).within(0.625, 0.875).withChance(0.01),
            ScoreRow.of(Metric.IMAGE_TO_BRAIN, 0.5).withChance(0.01));
    assertThat(Measured.method("m", painted(), found()).scores())
        .extracting(row -> row.metric().key())
        .containsExactly("brain_to_image", "image_to_brain", "pixcorr", "swav", "my_net_3_");
  }

  @Test
  void should_name_pictures_by_their_ids() {
    PictureScores pictures = Measured.pictures(painted());
    assertThat(pictures.name(1)).isEqualTo("b.png");
    assertThat(pictures.values(Metric.PIX_CORR)).containsExactly(0.25, 0.75);
    assertThat(pictures.ranked(Metric.PIX_CORR)).containsExactly(1, 0);
    assertThat(pictures.ranked(Metric.SWAV)).containsExactly(0, 1);
  }

  @Test
  void should_stand_beside_the_published_rows() {
    ScoreTable table =
        ScoreTable.of("t", Measured.method("This run", painted(), found()))
            .with(PublishedScores.verified());
    assertThat(table.methods()).hasSize(12);
  }
}
