// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Precision;

class TimesTest {
  private static Row row(String work, Precision precision, double millis) {
    OptionalLong unknown = OptionalLong.empty();
    return new Row(work, precision, new Times(List.of(millis)), unknown, unknown, 2);
  }

  @Test
  void should_take_quantiles_of_the_nearest_rank() {
    Times hundred = new Times(IntStream.rangeClosed(1, 100).mapToObj(i -> 101.0 - i).toList());
    assertThat(hundred.p50()).isEqualTo(50);
    assertThat(hundred.p95()).isEqualTo(95);

    Times few = new Times(List.of(3.0, 1.0, 2.0));
    assertThat(few.p50()).isEqualTo(2);
    assertThat(few.p95()).isEqualTo(3);
    assertThat(Times.parse(few.toString())).isEqualTo(few);
    assertThatIllegalArgumentException().isThrownBy(() -> new Times(List.of()));
  }

  @Test
  void should_show_times_of_any_length() {
    assertThat(Times.text(0.5)).isEqualTo("0.50 ms");
    assertThat(Times.text(345.6)).isEqualTo("346 ms");
    assertThat(Times.text(12_340)).isEqualTo("12.3 s");
  }

  @Test
  void should_advise_the_fastest_over_all_work() {
    List<Row> rows =
        List.of(
            row("300", Precision.FLOAT32, 200),
            row("300", Precision.BFLOAT16, 100),
            row("300", Precision.INT8_WEIGHTS, 50),
            row("100,000", Precision.FLOAT32, 50),
            row("100,000", Precision.BFLOAT16, 25),
            row("100,000", Precision.INT8_WEIGHTS, 50));

    assertThat(Advice.of(rows).text("finds"))
        .isEqualTo("--precision BFLOAT16 finds in 0.50 of FLOAT32's time");
  }

  @Test
  void should_keep_float32_where_the_difference_is_noise() {
    List<Row> rows =
        List.of(row("300", Precision.FLOAT32, 100), row("300", Precision.BFLOAT16, 97));

    assertThat(Advice.of(rows).text("finds"))
        .isEqualTo("--precision FLOAT32, nothing measured finds faster");
  }

  @Test
  void should_compare_only_what_has_all_work() {
    List<Row> rows =
        List.of(
            row("300", Precision.BFLOAT16, 100),
            row("300", Precision.INT8_WEIGHTS, 10),
            row("100,000", Precision.BFLOAT16, 100));

    assertThat(Advice.of(rows).best()).isEqualTo(Precision.BFLOAT16);
    assertThat(Advice.of(rows.subList(1, 3)).best()).isEqualTo(Precision.INT8_WEIGHTS);
  }
}
