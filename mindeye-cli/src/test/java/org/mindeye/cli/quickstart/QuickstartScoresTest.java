// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.report.LowLevelPictures;
import org.mindeye.cli.report.LowLevelPictures.Painter;
import org.mindeye.cli.report.Method;
import org.mindeye.cli.report.MethodScores;
import org.mindeye.evaluation.results.Metric;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoreTable;
import org.mindeye.evaluation.results.ScoredMethod;

/** The scores of a miniature quickstart: in tables, and of every picture. */
class QuickstartScoresTest {
  @TempDir private static Path first;
  private static QuickstartResult result;

  @BeforeAll
  static void run() throws IOException {
    result = Miniature.run(Miniature.config(first, 1));
  }

  private static MethodScores scores(Method method) {
    return result.evaluation().scores(method).orElseThrow();
  }

  @Test
  void should_write_the_scores_beside_the_published_ones() throws IOException {
    ScoreTable table = ScoreTable.read(first.resolve("scores.json"));

    assertThat(table.methods())
        .extracting(ScoredMethod::name)
        .startsWith("MindEye", "Ridge regression", "Repeat to repeat", "Noise ceiling")
        .contains("Published MindEye, subject 1");
    ScoredMethod own = table.methods().get(0);
    assertThat(own.score(Metric.IMAGE_TO_BRAIN).orElseThrow().value())
        .isEqualTo(scores(Method.MINDEYE).pools().imageToBrain().mean());
    assertThat(own.score(Metric.IMAGE_TO_BRAIN).orElseThrow().chance()).contains(1.0 / 12);
    LowLevelPictures painted = result.lowLevel().pictures();
    ScoreRow likeness = own.score(Metric.PIX_CORR).orElseThrow();
    assertThat(likeness.value()).isEqualTo(painted.pixCorr(Painter.NETWORK).mean());
    assertThat(likeness.chance()).contains(painted.pixCorr(Painter.OTHER_BRAIN).mean());
    assertThat(likeness.ceiling()).contains(painted.pixCorr(Painter.AUTOENCODER).mean());
    assertThat(table.methods().get(1).score(Metric.PIX_CORR).orElseThrow().value())
        .isEqualTo(painted.pixCorr(Painter.RIDGE).mean());
    assertThat(Files.readString(first.resolve("report.html")))
        .contains("Published MindEye, subject 5", "so they do not compare");
  }

  /** The table of all pictures says what the report for programs says. */
  @Test
  void should_list_every_picture() throws IOException {
    String html = Files.readString(first.resolve("report.html"));
    String table = html.substring(html.indexOf("Scores of 24 pictures"));
    List<String> rows =
        Pattern.compile("(?s)<tr>.*?</tr>")
            .matcher(table.substring(0, table.indexOf("</table>")))
            .results()
            .map(MatchResult::group)
            .toList();

    assertThat(rows).hasSize(25);
    assertThat(rows.get(8))
        .contains("data-order=\"7.0\">sample 7<")
        .contains(
            "data-order=\"" + (double) scores(Method.RIDGE).all().imageToBrain().ranks()[7] + "\"",
            "data-order=\""
                + result.lowLevel().pictures().scores().get(Painter.NETWORK).get(7).ssim()
                + "\"");
  }
}
