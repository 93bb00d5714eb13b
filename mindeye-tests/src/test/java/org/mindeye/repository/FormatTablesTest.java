// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mindeye.testkit.FormatError;

/** The tables of what formats of numbers cost are what the networks' own tests hold them to. */
class FormatTablesTest {
  private static final List<String> FORMATS = List.of("BFLOAT16", "INT8_WEIGHTS");

  /** The rows below a heading row. */
  private static List<String> table(Page page, String heading) {
    List<String> lines = page.text().lines().toList();
    int first = lines.indexOf(heading);
    assertThat(first).as(page + ": " + heading).isNotNegative();
    return lines.subList(first + 2, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static String row(String first, Stream<String> cells) {
    List<String> all = new ArrayList<>(List.of(first));
    cells.forEach(all::add);
    return "| " + String.join(" | ", all) + " |";
  }

  @Test
  void should_show_every_network_on_the_page_of_formats() {
    List<String> expected =
        Stream.of(FormatError.values())
            .map(
                error ->
                    row(
                        error.network() + " | " + error.result(),
                        FORMATS.stream().map(error::percent)))
            .toList();

    assertThat(
            table(
                Page.named("docs/number-formats.md"),
                "| network | result | `BFLOAT16` | `INT8_WEIGHTS` |"))
        .isEqualTo(expected);
  }

  @Test
  void should_show_one_result_of_each_network_in_the_readme() {
    List<FormatError> shown =
        Stream.of(FormatError.values()).filter(error -> error.brief() != null).toList();

    assertThat(
            table(
                Page.named("README.md"),
                row("relative error", shown.stream().map(FormatError::brief))))
        .isEqualTo(
            FORMATS.stream()
                .map(
                    format ->
                        row(
                            "`" + format + "`",
                            shown.stream()
                                .map(error -> error.percent(format))
                                .map(text -> text.equals("not offered") ? "–" : text)))
                .toList());
  }
}
