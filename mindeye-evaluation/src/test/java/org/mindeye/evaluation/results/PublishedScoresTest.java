// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.statistics.Better;

class PublishedScoresTest {
  private static double value(String method, Metric metric) {
    return PublishedScores.verified().stream()
        .filter(each -> each.name().equals(method))
        .findFirst()
        .orElseThrow()
        .score(metric)
        .orElseThrow()
        .value();
  }

  @Test
  void should_say_where_each_was_read() {
    assertThat(PublishedScores.verified())
        .hasSize(11)
        .allMatch(method -> method.source().orElseThrow().length() > 20)
        .allMatch(method -> method.name().startsWith("Published "));
  }

  /** The published labels are exchanged: their "image retrieval" has images as queries. */
  @Test
  void should_name_directions_by_what_the_query_is() {
    assertThat(value("Published MindEye, subject 1", Metric.IMAGE_TO_BRAIN)).isEqualTo(0.9718);
    assertThat(value("Published MindEye, subject 1", Metric.BRAIN_TO_IMAGE)).isEqualTo(0.9468);
  }

  @Test
  void should_have_a_mean_that_is_the_mean_of_its_subjects() {
    for (Metric metric : List.of(Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN)) {
      double mean =
          List.of(1, 2, 5, 7).stream()
              .mapToDouble(subject -> value("Published MindEye, subject " + subject, metric))
              .average()
              .orElseThrow();
      assertThat(value("Published MindEye, mean of the four", metric))
          .isCloseTo(mean, within(5e-5 + 1e-9));
    }
  }

  @Test
  void should_give_only_the_metrics_that_are_asked_for() {
    List<ScoredMethod> painted = PublishedScores.verified(Metric.PIX_CORR);
    assertThat(painted).extracting(ScoredMethod::scores).allMatch(scores -> scores.size() == 1);
    assertThat(painted)
        .extracting(method -> method.scores().get(0).value())
        .containsExactly(0.392465, 0.374, 0.456);
    assertThat(PublishedScores.verified(Metric.number("unheard_of", "?", Better.HIGHER))).isEmpty();
  }

  @Test
  void should_know_all_eight_metrics_of_painted_pictures() {
    assertThat(
            PublishedScores.verified(
                    Metric.PIX_CORR,
                    Metric.SSIM,
                    Metric.ALEXNET_2,
                    Metric.ALEXNET_5,
                    Metric.INCEPTION,
                    Metric.CLIP,
                    Metric.EFFICIENT_NET,
                    Metric.SWAV)
                .get(0)
                .scores())
        .extracting(ScoreRow::value)
        .containsExactly(
            0.392465, 0.346697, 0.973754, 0.986528, 0.945325, 0.943393, 0.634533, 0.357754);
  }

  /** Measured rows and published rows have the same columns. */
  @Test
  void should_describe_metrics_as_this_library_does() {
    List<Metric> own =
        List.of(
            Metric.BRAIN_TO_IMAGE,
            Metric.IMAGE_TO_BRAIN,
            Metric.PIX_CORR,
            Metric.SSIM,
            Metric.ALEXNET_2,
            Metric.ALEXNET_5,
            Metric.INCEPTION,
            Metric.CLIP,
            Metric.EFFICIENT_NET,
            Metric.SWAV);
    assertThat(new ScoreTable("t", PublishedScores.verified()).metrics()).isEqualTo(own);
  }

  @Test
  void should_know_what_was_published_with_a_protocol() {
    assertThat(swav(EvaluationProtocol.mindEye1())).isEqualTo(0.357754);
    assertThat(swav(EvaluationProtocol.mindEye2())).isEqualTo(0.3363);
    assertThat(PublishedScores.of(EvaluationProtocol.mindEye1().named("OURS", 1))).isEmpty();
  }

  private static double swav(EvaluationProtocol protocol) {
    return PublishedScores.of(protocol)
        .flatMap(method -> method.score(Metric.SWAV))
        .orElseThrow()
        .value();
  }
}
