// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.ScoreTable;

class ScorePageTest {
  @TempDir private Path folder;

  @Test
  void should_make_a_page_and_tables() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Path tower = folder.resolve("clip.safetensors");
    Path page = folder.resolve("scores");
    List<Trial> trials = CustomLoopTest.trials();
    SearchGalleryTest.train(weights, tower, trials);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    ScorePage.run(
        weights, tower, trials, page, new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo("open " + page.resolve("report.html") + System.lineSeparator());
    assertThat(page.toFile().list())
        .containsExactlyInAnyOrder(
            "report.html", "scores.json", "scores.csv", "scores.tex", "scores.md");
    ScoreTable table = ScoreTable.read(page.resolve("scores.json"));
    assertThat(table.methods().get(0).score(Metric.BRAIN_TO_IMAGE).orElseThrow().value())
        .isBetween(40 / 48.0, 1.0);
    assertThat(page.resolve("report.html")).content().contains("sample 47", "Heat map of 48 brain");
  }
}
