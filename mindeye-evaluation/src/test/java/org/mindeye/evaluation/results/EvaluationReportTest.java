// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.SimilarityMatrix;
import org.mindeye.evaluation.report.ReportImage;
import org.mindeye.evaluation.results.RetrievalGrid.Found;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.testkit.HeadlessBrowser;
import org.mindeye.testkit.PageLayout;

class EvaluationReportTest {
  private static final int PICTURES = 30;
  private static final Metric COSINE = Metric.number("cosine", "Mean cosine", Better.HIGHER);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static ReportImage image(int picture, String what) {
    BufferedImage pixels = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    pixels.setRGB(picture % 8, picture / 8, 0xFFFFFF);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(pixels, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ReportImage.of(bytes.toByteArray(), what + " " + picture);
  }

  private static double[] wave(double height) {
    return IntStream.range(0, PICTURES).mapToDouble(i -> height + Math.sin(i) / 9).toArray();
  }

  private static SimilarityMatrix matrix() {
    float[][] values = new float[PICTURES][PICTURES];
    for (int row = 0; row < PICTURES; row++) {
      for (int column = 0; column < PICTURES; column++) {
        values[row][column] = row == column ? 0.8f : (float) (0.2 + Math.sin(row * column) / 9);
      }
    }
    return SimilarityMatrix.of("brain", "image", values);
  }

  static EvaluationReport full() {
    PictureScores scores =
        PictureScores.of(IntStream.range(0, PICTURES).mapToObj(i -> "sample " + i).toList())
            .with(Metric.PIX_CORR, wave(0.6))
            .with(Metric.SSIM, wave(0.4));
    PictureScores tokens =
        PictureScores.of(IntStream.range(0, PICTURES).mapToObj(i -> "sample " + i).toList())
            .with(Metric.number("before", "before the prior", Better.HIGHER), wave(0.1))
            .with(Metric.number("after", "after it", Better.HIGHER), wave(0.7));
    RetrievalGrid grid =
        RetrievalGrid.of("Found", 2)
            .query(
                "sample 3",
                image(3, "seen"),
                List.of(
                    new Found(image(4, "found"), 0.75, false),
                    new Found(image(3, "found"), 0.5, true)));
    return EvaluationReport.titled("Subject 1")
        .scores(
            SampleScores.table().with(PublishedScores.verified(Metric.BRAIN_TO_IMAGE)),
            Metric.BRAIN_TO_IMAGE)
        .retrieval(grid, RetrievalGrid.of("Missed", 2))
        .pictures(
            "What was painted",
            scores,
            Metric.PIX_CORR,
            1,
            List.of("seen", "painted"),
            i -> List.of(image(i, "seen"), image(i, "painted")))
        .everyPicture(scores)
        .similarity(matrix())
        .prior(
            ScoreTable.of(
                "Tokens beside those of the seen picture",
                ScoredMethod.of("before", ScoreRow.of(COSINE, Estimate.of(wave(0.1)))),
                ScoredMethod.of("after", ScoreRow.of(COSINE, Estimate.of(wave(0.7))))),
            COSINE,
            tokens);
  }

  @Test
  void should_write_the_page_and_the_table_in_every_format() throws IOException {
    assertThat(full().write(folder)).isEqualTo(folder.resolve("report.html"));
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "report.html", "scores.json", "scores.csv", "scores.tex", "scores.md");
    assertThat(ScoreTable.read(folder.resolve("scores.json")))
        .isEqualTo(SampleScores.table().with(PublishedScores.verified(Metric.BRAIN_TO_IMAGE)));
    for (ScoreFormat format : ScoreFormat.values()) {
      assertThat(folder.resolve("scores." + format.extension()))
          .content()
          .contains("Published MindEye, subject 5");
    }
  }

  @Test
  void should_write_no_table_where_there_is_none() throws IOException {
    EvaluationReport.titled("t").similarity(matrix()).write(folder);
    assertThat(folder.toFile().list()).containsExactly("report.html");
  }

  @Test
  void should_have_a_section_for_each_part() {
    String html = full().page().toHtml();
    assertThat(html)
        .contains(
            ">Scores</h2>",
            ">What was seen, and what was found</h2>",
            ">What was painted</h2>",
            ">Every picture</h2>",
            ">Similarities</h2>",
            ">What the prior adds</h2>");
    assertThat(html)
        .contains("Heat map of 30 brains by 30 images")
        .contains(">Of every picture, each kind in its own order</figcaption>")
        .contains(">best: sample ", ">median: sample ", ">worst: sample ")
        .contains("<figcaption>0.500, seen</figcaption>", "<figcaption>0.750</figcaption>")
        .doesNotContain(">Missed<");
  }

  /** The right picture is in a frame, the wrong one is not. */
  @Test
  void should_mark_the_right_picture() {
    assertThat(full().page().toHtml())
        .containsPattern("<figure class=\"highlighted\">\\s*<img [^>]*alt=\"found 3\"/>")
        .containsPattern("<figure>\\s*<img [^>]*alt=\"found 4\"/>");
  }

  @Test
  void should_load_nothing() {
    assertThat(full().page().toHtml())
        .doesNotContain("http://", "https://", "<link", "@import", "url(", "fetch(")
        .doesNotContainPattern("(src|href)=\"(?!data:|#)");
  }

  @Test
  void should_be_the_same_every_time() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    full().write(folder);
    full().write(other);
    for (String name : List.of("report.html", "scores.json", "scores.csv", "scores.tex")) {
      assertThat(other.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
    }
  }

  @Test
  void should_have_one_table_of_scores() {
    EvaluationReport report = full();
    assertThatThrownBy(() -> report.scores(SampleScores.table()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("scores: the report has its table already, 'Test split, 300 pictures'");
    assertThatThrownBy(() -> RetrievalGrid.of("Found", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nearest: expected at least 1 but was 0");
  }

  @Test
  void should_cut_nothing_on_a_phone_and_on_a_desk() throws Exception {
    Optional<HeadlessBrowser> browser = HeadlessBrowser.find();
    assumeTrue(browser.isPresent(), "no Chromium on the PATH");
    Path page = full().write(folder);

    assertThat(PageLayout.measure(browser.get(), page, folder, 390, 700, 1280))
        .hasSize(3)
        .allSatisfy(
            layout -> {
              assertThat(layout.pageWidth()).isLessThanOrEqualTo(layout.width());
              assertThat(layout.stickingOut()).isEmpty();
              assertThat(layout.smallestText()).isGreaterThanOrEqualTo(11);
            });
  }
}
