// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.formats.tensor.MalformedFileException;

class ScoreFormatTest {
  @TempDir Path folder;

  private static String expected(String name) throws IOException {
    try (InputStream file = ScoreFormatTest.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void should_write_what_it_always_wrote(ScoreFormat format) throws IOException {
    assertThat(format.write(SampleScores.table()))
        .isEqualTo(expected("table." + format.extension()));
    assertThat(format.write(SampleScores.awkward()))
        .isEqualTo(expected("awkward." + format.extension()));
  }

  @ParameterizedTest
  @EnumSource
  void should_not_depend_on_the_locale(ScoreFormat format) {
    Locale usual = Locale.getDefault();
    String text = format.write(SampleScores.table());
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(format.write(SampleScores.table())).isEqualTo(text);
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void should_read_its_json_again() throws IOException {
    Path file = folder.resolve("scores.json");
    for (ScoreTable table :
        new ScoreTable[] {
          SampleScores.table(),
          SampleScores.awkward(),
          ScoreTable.of("a", ScoredMethod.of("b", ScoreRow.of(Metric.SSIM, 1)))
              .with(PublishedScores.verified())
        }) {
      Files.writeString(file, ScoreFormat.JSON.write(table));
      assertThat(ScoreTable.read(file)).isEqualTo(table);
    }
  }

  @Test
  void should_refuse_json_of_something_else() throws IOException {
    Path file = Files.writeString(folder.resolve("other.json"), "{\"title\": \"x\"}");
    assertThatThrownBy(() -> ScoreTable.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(
            "other.json: expected the fields [title, methods] but found missing [methods]");
  }

  /** All digits of each number are there, whatever people are shown. */
  @Test
  void should_round_nothing_for_programs() {
    ScoreTable table =
        ScoreTable.of("t", ScoredMethod.of("m", ScoreRow.of(Metric.SSIM, 0.1 + 0.2)));
    assertThat(ScoreFormat.CSV.write(table)).contains("m,ssim,higher,0.30000000000000004,,,,,\n");
    assertThat(ScoreFormat.JSON.write(table)).contains("0.30000000000000004");
  }
}
