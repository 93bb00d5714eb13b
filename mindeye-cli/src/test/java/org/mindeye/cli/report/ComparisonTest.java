// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.cli.report.Comparison.Verdict;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.DirectionScores;
import org.mindeye.evaluation.PairedComparison;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.SimilarityMatrix;
import org.mindeye.evaluation.TokenCloseness;

class ComparisonTest {
  private static final PairedComparison BETTER = PairedComparison.of(500, 25, 6, 69);
  private static final PairedComparison WORSE = PairedComparison.of(500, 6, 25, 69);

  /** 599 against 595 of 600: p = 0.125. */
  private static final PairedComparison CLOSE = PairedComparison.of(595, 4, 0, 1);

  private final Locale locale = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(locale);
  }

  @Test
  void should_claim_only_what_the_tests_support() {
    assertThat(new Comparison(BETTER, BETTER).verdict()).isEqualTo(Verdict.WINS);
    assertThat(new Comparison(BETTER, CLOSE).verdict()).isEqualTo(Verdict.AHEAD);
    assertThat(new Comparison(CLOSE, BETTER).verdict()).isEqualTo(Verdict.AHEAD);
    assertThat(new Comparison(CLOSE, CLOSE).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(new Comparison(BETTER, WORSE).verdict()).isEqualTo(Verdict.LOSES);
    assertThat(new Comparison(WORSE, CLOSE).verdict()).isEqualTo(Verdict.LOSES);
  }

  @Test
  void should_put_the_verdict_into_words() {
    assertThat(new Comparison(BETTER, BETTER).sentence()).endsWith("in both directions.");
    assertThat(new Comparison(BETTER, CLOSE).sentence())
        .isEqualTo(
            "MindEye finds more pictures than ridge regression from brain to image; from image to"
                + " brain the difference may be chance.");
    assertThat(new Comparison(CLOSE, CLOSE).sentence()).contains("do not tell");
    assertThat(new Comparison(WORSE, CLOSE).sentence()).contains("fewer pictures");
    assertThat(Comparison.sentence("Image to brain", CLOSE))
        .isEqualTo(
            "Image to brain, among all 600: MindEye finds 599, ridge regression 595; 4 only MindEye,"
                + " 0 only ridge (p = 0.13: may be chance).");
    assertThat(Comparison.sentence("Brain to image", PairedComparison.of(0, 100, 0, 0)))
        .endsWith("(p < 0.0001: more than chance).");
  }

  /** The first so many brains find their image. */
  private static MethodScores scores(Method method, int samples, int hits, int pool) {
    float[][] rows = new float[samples][samples];
    for (int i = 0; i < samples; i++) {
      rows[i][i] = i < hits ? 1 : 0;
      rows[i][(i + 1) % samples] += 0.5f;
    }
    long[] ids = LongStream.range(100, 100 + samples).toArray();
    return MethodScores.of(
        method, RetrievalScores.of(SimilarityMatrix.of("brain", "image", rows), ids), pool, 1);
  }

  private static Evaluation evaluation(int samples, int hits, int ridge, int pool) {
    List<Trial> none = Collections.nCopies(samples, null);
    return new Evaluation(
        new EncodedSplit(none, null),
        List.of(
            scores(Method.MINDEYE, samples, hits, pool),
            scores(Method.RIDGE, samples, ridge, pool)),
        Optional.empty(),
        Optional.of(
            new PriorEffect(
                new TokenCloseness(List.of(0.0123), 20),
                new TokenCloseness(List.of(0.5), 3),
                new TokenCloseness(List.of(0.8449), 0.5),
                new TokenCloseness(List.of(0.9), 0.3),
                new TokenCloseness(List.of(0.6), 1),
                Split.TRAIN)),
        Optional.empty(),
        List.of(),
        List.of("the moon, which is not here"));
  }

  @Test
  void should_print_a_table_in_any_locale() {
    Locale.setDefault(Locale.GERMANY);

    assertThat(Summary.of(evaluation(20, 19, 10, 300)).lines())
        .containsExactly(
            "top-1 among all 20 test images (95 % interval of another draw of images)",
            "                   brain to image           image to brain",
            "MindEye            95.0 % [75.1, 99.9]      95.0 % [75.1, 99.9]",
            "Ridge regression   50.0 % [27.2, 72.8]      50.0 % [27.2, 72.8]",
            "Chance             5.0 %                    5.0 %",
            "MindEye finds more pictures than ridge regression in both directions.",
            "brain to image, among all 20: MindEye finds 19, ridge regression 10; 9 only MindEye, 0"
                + " only ridge (p = 0.0039: more than chance).",
            "image to brain, among all 20: MindEye finds 19, ridge regression 10; 9 only MindEye, 0"
                + " only ridge (p = 0.0039: more than chance).",
            "cosine of tokens and the seen image's: 0.012 before the prior, 0.845 after it (mean of"
                + " 4 samples: 0.900)",
            "left out: the moon, which is not here");
  }

  @Test
  void should_say_what_an_interval_is_of() {
    assertThat(Summary.of(evaluation(20, 19, 10, 10)).lines().toList())
        .first()
        .isEqualTo(
            "top-1 among 10 of 20 test images, mean of 30 pools (± the 95 % interval of the draw of"
                + " pools)");
    // A pool that is the whole set has no draw, and no interval of ± 0.0.
    assertThat(Summary.of(evaluation(20, 20, 20, 20)))
        .contains("100.0 % [83.2, 100.0]")
        .doesNotContain("±");
  }

  @Test
  void should_say_how_many_pictures_are_repeated() {
    long[] ids = {1, 2, 1, 2};
    float[][] alike = {{1, 0, 1, 0}, {0, 1, 0, 1}, {1, 0, 1, 0}, {0, 1, 0, 1}};
    RetrievalScores scores = RetrievalScores.of(SimilarityMatrix.of("brain", "image", alike), ids);
    Evaluation evaluation =
        new Evaluation(
            new EncodedSplit(Collections.nCopies(4, null), null),
            List.of(MethodScores.of(Method.MINDEYE, scores, 300, 1)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of());

    assertThat(Summary.of(evaluation).lines())
        .contains("2 samples of an image that an earlier one shows, too: any of them counts")
        .anyMatch(line -> line.startsWith("MindEye            100.0 % ["))
        .anyMatch(line -> line.startsWith("Chance             50.0 %"));
  }

  @Test
  void should_test_the_ranks_that_are_reported() {
    Evaluation evaluation = evaluation(20, 19, 10, 10);
    DirectionScores brains = evaluation.mindEye().all().brainToImage();
    assertThat(brains.hits().hits()).isEqualTo(19);
    assertThat(evaluation.comparison().orElseThrow().brainToImage())
        .isEqualTo(PairedComparison.of(10, 9, 0, 1));
  }
}
