// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.HitRate;
import org.mindeye.evaluation.report.HtmlReport;
import org.mindeye.evaluation.report.ValueFormat;
import org.mindeye.evaluation.statistics.Better;

class ScoreTableTest {
  private static String html(ScoreTable table) {
    return HtmlReport.titled("t").table(table.toTable()).toHtml();
  }

  @Test
  void should_take_intervals_from_estimates_and_hit_rates() {
    ScoreRow mean = ScoreRow.of(Metric.SSIM, new Estimate(0.5, 0.1));
    assertThat(mean.interval()).contains(new Interval(0.4, 0.6));
    assertThat(mean.text()).isEqualTo("0.500 [0.400, 0.600]");
    assertThat(ScoreRow.of(Metric.SSIM, Estimate.of(0.5)).interval()).isEmpty();
    HitRate hits = HitRate.of(1, 4);
    ScoreRow share = ScoreRow.of(Metric.BRAIN_TO_IMAGE, hits);
    assertThat(share.value()).isEqualTo(0.25);
    assertThat(share.interval()).contains(new Interval(hits.low(), hits.high()));
    assertThat(share.text()).isEqualTo("25.0 % [0.6, 80.6]");
  }

  @Test
  void should_keep_everything_else_when_something_is_added() {
    ScoreRow row = ScoreRow.of(Metric.SSIM, 0.5).within(0.4, 0.6).withChance(0.1).withCeiling(0.9);
    assertThat(row)
        .isEqualTo(
            new ScoreRow(
                Metric.SSIM,
                0.5,
                Optional.of(new Interval(0.4, 0.6)),
                Optional.of(0.1),
                Optional.of(0.9)));
  }

  @Test
  void should_have_a_column_for_each_metric_and_rows_for_chance_and_ceiling() {
    ScoreTable table = SampleScores.table();
    assertThat(table.metrics())
        .extracting(Metric::key)
        .containsExactly("brain_to_image", "pixcorr", "median_rank");
    assertThat(html(table))
        .contains(">Brain to image ↑</th>", ">PixCorr ↑</th>", ">Median rank ↓</th>")
        .contains(">Chance</th>\n<td class=\"number\">0.3\u00a0%</td>")
        .contains(">Ceiling</th>\n<td class=\"number\">100.0\u00a0%</td>")
        .contains(">96.0\u00a0% [93.1,\u00a097.9]</td>")
        .contains("<p class=\"footnote\">Published: a notebook.</p>");
  }

  @Test
  void should_leave_out_chance_and_ceiling_where_nothing_is_known() {
    ScoreTable table = ScoreTable.of("t", ScoredMethod.of("m", ScoreRow.of(Metric.SSIM, 1)));
    assertThat(html(table)).doesNotContain("Chance", "Ceiling", "class=\"footnote\"");
  }

  @Test
  void should_name_a_source_once() {
    Optional<String> source = Optional.of("a notebook");
    List<ScoreRow> scores = List.of(ScoreRow.of(Metric.SSIM, 0.3));
    ScoreTable table =
        new ScoreTable(
            "t",
            List.of(
                new ScoredMethod("one", source, scores), new ScoredMethod("two", source, scores)));
    assertThat(html(table)).containsOnlyOnce("a notebook").contains(">one; two: a notebook.<");
  }

  @Test
  void should_draw_methods_as_bars_of_one_metric_and_as_colors_of_several() {
    ScoreTable table =
        ScoreTable.of(
            "t",
            ScoredMethod.of(
                "MindEye",
                ScoreRow.of(Metric.BRAIN_TO_IMAGE, 0.5).within(0.4, 0.6).withChance(0.01),
                ScoreRow.of(Metric.IMAGE_TO_BRAIN, 0.6).withChance(0.01)),
            ScoredMethod.of("ridge", ScoreRow.of(Metric.BRAIN_TO_IMAGE, 0.3)));
    String one = HtmlReport.titled("t").charts(table.chart("c", Metric.BRAIN_TO_IMAGE)).toHtml();
    assertThat(one).contains(">MindEye</text>", ">ridge</text>", "chance 1.00 %");
    assertThat(one).containsOnlyOnce("class=\"error\"").doesNotContain("<li>");
    String both =
        HtmlReport.titled("t")
            .charts(table.chart("c", Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN))
            .toHtml();
    assertThat(both).contains(">Brain to image</text>", ">Image to brain</text>", "chance 1.00 %");
    assertThat(both).containsPattern("</svg>\\s*MindEye</li>").containsPattern("ridge</li>");
  }

  /** One line cannot stand for two. */
  @Test
  void should_draw_no_chance_where_it_differs() {
    ScoreTable table =
        ScoreTable.of(
            "t",
            ScoredMethod.of(
                "m",
                ScoreRow.of(Metric.BRAIN_TO_IMAGE, 0.5).withChance(0.01),
                ScoreRow.of(Metric.IMAGE_TO_BRAIN, 0.6).withChance(0.02)));
    assertThat(
            HtmlReport.titled("t")
                .charts(table.chart("c", Metric.BRAIN_TO_IMAGE, Metric.IMAGE_TO_BRAIN))
                .toHtml())
        .doesNotContain("chance");
  }

  @Test
  void should_refuse_what_is_no_score() {
    assertThatThrownBy(() -> ScoreRow.of(Metric.SSIM, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ssim: expected a finite value but was NaN");
    ScoreRow row = ScoreRow.of(Metric.SSIM, 0.5);
    assertThatThrownBy(() -> row.withChance(Double.NaN))
        .hasMessage("ssim: expected a finite chance but was NaN");
    assertThatThrownBy(() -> row.withCeiling(Double.POSITIVE_INFINITY))
        .hasMessage("ssim: expected a finite ceiling but was Infinity");
    assertThatThrownBy(() -> row.within(0.6, 0.7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ssim: expected the interval to hold 0.5 but it is 0.6 to 0.7");
    assertThatThrownBy(() -> row.within(0.7, 0.6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval: expected finite ends, the lower first, but was 0.7 to 0.6");
    assertThatThrownBy(() -> Metric.number("Ssim", "SSIM", Better.HIGHER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key: expected lower-case letters, digits and underscores but was 'Ssim'");
    assertThatThrownBy(() -> new Metric("ssim", "SSIM", ValueFormat.NUMBER, 10, Better.HIGHER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decimals: expected 0 to 9 but was 10");
  }

  @Test
  void should_refuse_tables_that_say_two_things() {
    ScoreRow row = ScoreRow.of(Metric.SSIM, 0.5);
    assertThatThrownBy(() -> ScoredMethod.of("m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method 'm': expected at least one score");
    assertThatThrownBy(() -> ScoredMethod.of("m", row, row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("method 'm': expected one score of ssim but has two");
    assertThatThrownBy(() -> ScoreTable.of("t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table 't': expected at least one method");
    ScoredMethod method = ScoredMethod.of("m", row);
    assertThatThrownBy(() -> ScoreTable.of("t", method, method))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table 't': expected different methods but 'm' is twice");
    ScoreRow other = ScoreRow.of(Metric.number("ssim", "Other", Better.HIGHER), 0.5);
    assertThatThrownBy(() -> ScoreTable.of("t", method, ScoredMethod.of("n", other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "table 't': expected one metric with the key ssim but found Metric[key=ssim,");
  }
}
