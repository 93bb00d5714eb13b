// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
  private static int count(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    int count = 0;
    while (matcher.find()) {
      count++;
    }
    return count;
  }

  private static String html(Chart chart) {
    return chart.toHtml().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.2",
    "0, 0.93, 0.2",
    "-3, 7, 2",
    "0.001, 0.0042, 0.001",
    "0, 100000, 20000",
    "9.1, 1.4, 2",
    "1e-9, 5e-9, 1e-9",
  })
  void should_cover_the_data_with_round_ticks(double a, double b, double step) {
    Axis axis = Axis.covering(DoubleStream.of(a, b, Double.NaN));
    assertThat(axis.step()).isCloseTo(step, within(step * 1e-9));
    assertThat(axis.low()).isLessThanOrEqualTo(Math.min(a, b) + step * 1e-6);
    assertThat(axis.high()).isGreaterThanOrEqualTo(Math.max(a, b) - step * 1e-6);
    assertThat(axis.ticks()).hasSizeBetween(4, 8);
    assertThat(axis.position(axis.low(), 10, 20)).isEqualTo(10);
    assertThat(axis.position(axis.high(), 10, 20)).isEqualTo(20);
  }

  @Test
  void should_have_room_around_a_single_value_and_around_nothing() {
    assertThat(Axis.covering(DoubleStream.of(3)).low()).isLessThan(3);
    assertThat(Axis.covering(DoubleStream.of(3)).high()).isGreaterThan(3);
    assertThat(Axis.covering(DoubleStream.empty()).ticks()).contains(0.0, 1.0);
    assertThat(Axis.covering(DoubleStream.of(0, 0)).high()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0.2, 0.2, 0.2",
    "1, 0.25, 1.00",
    "40, 20, 40",
    "0, 0.2, 0.0",
    "200000, 100000, 2.0e+05",
    "0.00002, 0.00001, 2.0e-05",
  })
  void should_write_ticks_with_the_decimals_of_the_step(
      double value, double step, String expected) {
    assertThat(ValueFormat.NUMBER.atStep(value, step)).isEqualTo(expected);
  }

  @Test
  void should_write_fractions_as_percentages() {
    assertThat(ValueFormat.PERCENT.atStep(0.4, 0.2)).isEqualTo("40 %");
    assertThat(ValueFormat.PERCENT.atStep(-0.0, 0.2)).isEqualTo("0 %");
    assertThat(ValueFormat.PERCENT.alone(1 / 300.0)).isEqualTo("0.333 %");
    assertThat(ValueFormat.PERCENT.alone(0.8512)).isEqualTo("85.1 %");
    assertThat(ValueFormat.NUMBER.alone(1234)).isEqualTo("1234");
    assertThat(ValueFormat.NUMBER.alone(1.5e-7)).isEqualTo("1.5e-07");
  }

  @Test
  void should_break_the_line_where_a_value_is_missing() {
    String html =
        html(
            LineChart.builder("t", "x", "y")
                .series("s", 1, 2, Double.NaN, 3, Double.POSITIVE_INFINITY, 4, 5)
                .build());
    String path = html.replaceAll("(?s).*<path d=\"([^\"]*)\".*", "$1");
    assertThat(count(path, "M")).isEqualTo(3);
    assertThat(count(path, "L")).isEqualTo(2);
    assertThat(html).doesNotContain("NaN", "Infinity");
  }

  @Test
  void should_put_points_where_the_axes_say() {
    String html =
        html(
            LineChart.builder("t", "x", "y")
                .series("s", new double[] {0, 10}, new double[] {0, 1})
                .build());
    // Left bottom and right top corners of the drawing area.
    assertThat(html).contains("d=\"M76 290L626 12\"");
  }

  @Test
  void should_mark_points_of_short_series_and_lonely_points_of_long_ones() {
    double[] many = new double[100];
    Arrays.fill(many, Double.NaN);
    many[50] = 1;
    assertThat(count(html(LineChart.builder("t", "x", "y").series("s", many).build()), "<circle"))
        .isEqualTo(1);
    Arrays.fill(many, 1);
    assertThat(html(LineChart.builder("t", "x", "y").series("s", many).build()))
        .doesNotContain("<circle");
    assertThat(count(html(LineChart.builder("t", "x", "y").series("s", 1, 2).build()), "<circle"))
        .isEqualTo(2);
  }

  @Test
  void should_name_every_series_and_reference() {
    String html = html(SampleReport.learning());
    assertThat(count(html, "<li>")).isEqualTo(2);
    assertThat(html).contains("training", "validation", "chance 0.333 %", "top-1 of 300", "epoch");
    assertThat(html).contains("<title>Top-1 while training. Line chart of top-1 of 300 over epoch");
  }

  @Test
  void should_draw_a_chart_without_data() {
    assertThat(html(LineChart.builder("t", "x", "y").build()))
        .contains("<svg")
        .doesNotContain("<li>");
    assertThat(html(BarChart.builder("t", "y").build())).doesNotContain("<rect");
  }

  @Test
  void should_draw_bars_from_zero_with_their_errors() {
    String html =
        html(
            BarChart.builder("t", "y")
                .bar("g", "up", 2, 1.5, 2.5)
                .bar("g", "down", -1)
                .reference("none", 0)
                .build());
    assertThat(count(html, "<rect")).isEqualTo(2);
    assertThat(count(html, "class=\"error\"")).isEqualTo(1);
    assertThat(count(html, "class=\"reference\"")).isEqualTo(1);
    Matcher bars =
        Pattern.compile("<rect x=\"([\\d.]+)\" y=\"[\\d.]+\" width=\"([\\d.]+)\"").matcher(html);
    assertThat(bars.find()).isTrue();
    double zero = Double.parseDouble(bars.group(1));
    double unit = Double.parseDouble(bars.group(2)) / 2;
    assertThat(bars.find()).isTrue();
    assertThat(Double.parseDouble(bars.group(2))).isCloseTo(unit, within(0.2));
    assertThat(Double.parseDouble(bars.group(1))).isCloseTo(zero - unit, within(0.2));
  }

  /** Bars from zero would all look the same. */
  @Test
  void should_cut_the_scale_where_all_values_are_alike() {
    String html = html(SampleReport.close());
    assertThat(count(html, "<circle")).isEqualTo(4);
    assertThat(count(html, "<rect [^>]*height=\"18\"")).isZero();
    assertThat(html).contains(">94 %<", ">100 %<").doesNotContain(">0 %<");
    assertThat(html).contains("The scale starts at 94 %, not at 0. Off the scale: chance 0.167 %.");
    assertThat(html(SampleReport.comparison())).contains(">0 %<").doesNotContain("scale");
  }

  @Test
  void should_mark_where_something_changes() {
    String html =
        html(LineChart.builder("t", "x", "y").series("s", 1, 2, 3).mark("here", 2.5).build());
    assertThat(html)
        .containsPattern(
            "<line x1=\"488.5\" x2=\"488.5\" y1=\"12\" y2=\"290\" class=\"reference\"/>")
        .contains(">here</text>", "points, last 3.00. here.</title>");
    assertThatThrownBy(() -> LineChart.builder("t", "x", "y").mark("m", Double.NaN))
        .hasMessage("mark 'm': expected a finite value but was NaN");
  }

  @Test
  void should_show_a_legend_only_for_several_groups() {
    assertThat(count(html(SampleReport.comparison()), "<li>")).isEqualTo(2);
    assertThat(html(BarChart.builder("t", "y").bar("g", "a", 1).build())).doesNotContain("<li>");
  }

  @Test
  void should_not_change_with_its_builder() {
    LineChart.Builder builder = LineChart.builder("t", "x", "y").series("s", 1, 2);
    LineChart chart = builder.build();
    String before = html(chart);
    builder.series("later", 3, 4).reference("later", 5).range(0, 9).format(ValueFormat.PERCENT);
    assertThat(html(chart)).isEqualTo(before);
  }

  @Test
  void should_refuse_what_cannot_be_drawn() {
    LineChart.Builder line = LineChart.builder("t", "x", "y");
    assertThatThrownBy(() -> line.series("s", new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("series 's': 2 positions but 3 values");
    assertThatThrownBy(() -> line.reference("r", Double.NaN))
        .hasMessage("reference 'r': expected a finite value but was NaN");
    assertThatThrownBy(() -> line.range(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("range: expected low < high but was 1.0 to 1.0");
    BarChart.Builder bars = BarChart.builder("t", "y");
    assertThatThrownBy(() -> bars.bar("g", "b", Double.NaN))
        .hasMessage("bar 'b': expected a finite value but was NaN");
    assertThatThrownBy(() -> bars.bar("g", "b", 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval of 'b': expected it to hold 1.0 but was 2.0 to 3.0");
  }
}
