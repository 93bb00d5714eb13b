// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.TwoWayIdentification.Distractors;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.RandomPairings;
import org.mindeye.evaluation.statistics.StatisticsConfig;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;

class TwoWayIdentificationTest {
  private static final TwoWayIdentification PAPER = TwoWayIdentification.paper();
  private static final TwoWayIdentification OTHER =
      TwoWayIdentification.among(Distractors.RECONSTRUCTIONS);
  private static final double EXACT = 1e-12;

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private NDArray matrix(float[]... rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return Torch.copy(manager, flat, new Shape(rows.length, rows[0].length));
  }

  private NDArray originals() {
    return matrix(
        new float[] {1, 2, 3, 4, 6},
        new float[] {2, 1, 0, 1, 2},
        new float[] {5, 4, 4, 1, 0},
        new float[] {0, 1, 0, 1, 0});
  }

  private NDArray reconstructions() {
    return matrix(
        new float[] {1, 2, 2, 5, 5},
        new float[] {1, 1, 1, 2, 3},
        new float[] {4, 4, 5, 1, 1},
        new float[] {0, 2, 1, 1, 3});
  }

  private NDArray noise(long seed, int images, int width) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(images, width));
  }

  @Test
  void should_agree_with_the_original_on_golden_features() {
    Golden golden = Golden.open("/golden/vision-and-metrics.safetensors");
    Shape shape = new Shape(25, 60);
    NDArray real = ParityGenerator.input(manager, golden.seedBase() + 22, shape);
    NDArray predicted =
        real.mul(0.25f).add(ParityGenerator.input(manager, golden.seedBase() + 23, shape));

    TwoWayScores scores = PAPER.score(real, predicted);

    float[] counts = golden.floats("metric.twoway_counts");
    assertThat(scores.counts()).hasSize(counts.length);
    for (int i = 0; i < counts.length; i++) {
      assertThat(scores.counts().get(i)).isEqualTo((int) counts[i]);
    }
    assertThat(scores.score()).isCloseTo(golden.scalar("metric.twoway"), within(1e-7));
    assertThat(scores.isDefined()).isTrue();
  }

  @Test
  void should_compare_each_reconstruction_with_the_originals() {
    TwoWayScores scores = PAPER.score(originals(), reconstructions());
    assertThat(scores.counts()).containsExactly(3, 2, 3, 1);
    assertThat(scores.score()).isEqualTo(0.75);
    assertThat(scores.each()).containsExactly(1, 2 / 3.0, 1, 1 / 3.0);
  }

  @Test
  void should_compare_each_original_with_the_reconstructions_if_asked() {
    TwoWayScores scores = OTHER.score(originals(), reconstructions());
    assertThat(scores.counts()).containsExactly(2, 3, 3, 2);
    assertThat(scores.score()).isCloseTo(5 / 6.0, within(EXACT));
    assertThat(PAPER.score(reconstructions(), originals()).counts()).isEqualTo(scores.counts());
  }

  /** Twenty lines that follow the definition. */
  private static List<Integer> plain(float[][] originals, float[][] reconstructions) {
    List<Integer> counts = new ArrayList<>();
    for (int j = 0; j < reconstructions.length; j++) {
      int count = 0;
      for (int i = 0; i < originals.length; i++) {
        boolean less =
            pearson(originals[i], reconstructions[j]) < pearson(originals[j], reconstructions[j]);
        count += i != j && less ? 1 : 0;
      }
      counts.add(count);
    }
    return counts;
  }

  private static double pearson(float[] x, float[] y) {
    double mx = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
    double my = IntStream.range(0, y.length).mapToDouble(i -> y[i]).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private static float[][] rows(NDArray matrix) {
    float[] flat = matrix.toFloatArray();
    int width = (int) matrix.getShape().get(1);
    return IntStream.range(0, flat.length / width)
        .mapToObj(i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width))
        .toArray(float[][]::new);
  }

  /** Sizes around the blocks of 512 images and 2048 features. */
  @ParameterizedTest
  @CsvSource({"2, 3", "3, 17", "17, 2047", "5, 2049", "9, 4097", "513, 3", "600, 33"})
  void should_agree_with_the_definition_at_any_size(int images, int width) throws IOException {
    NDArray x = noise(1, images, width);
    NDArray y = x.mul(0.3f).add(noise(2, images, width));
    List<Integer> expected = plain(rows(x), rows(y));

    assertThat(PAPER.score(x, y).counts()).isEqualTo(expected);
    try (FeatureTable first = FeatureTable.inFile("originals", images, width, folder);
        FeatureTable second = FeatureTable.inFile("reconstructions", images, width, folder)) {
      first.add(x);
      second.add(y);
      assertThat(PAPER.score(first, second).counts()).isEqualTo(expected);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).as("temporary files").isEmpty();
    }
  }

  @Test
  void should_count_ties_as_failures() {
    NDArray x = noise(3, 600, 40);
    // 599 is the picture of 3 again, in another block of the product.
    NDArray twice = x.get("0:599").concat(x.get("3:4"));
    TwoWayScores scores = PAPER.score(twice, twice);
    assertThat(scores.counts().get(3)).isEqualTo(598);
    assertThat(scores.counts().get(599)).isEqualTo(598);
    assertThat(scores.counts().get(4)).isEqualTo(599);
    assertThat(scores.score()).isLessThan(1);
    // A reconstruction that is the same for all originals says nothing about any of them.
    NDArray same = x.get("7:8").repeat(0, 4);
    assertThat(OTHER.score(x.get("0:4"), same).counts()).containsExactly(0, 0, 0, 0);
    assertThat(PAPER.score(same, x.get("0:4")).score()).isZero();
  }

  @Test
  void should_be_perfect_where_reconstructions_are_the_originals() {
    NDArray x = noise(5, 20, 30);
    assertThat(PAPER.score(x, x).score()).isEqualTo(1);
    assertThat(PAPER.score(x, x.neg()).score()).isZero();
    assertThat(PAPER.score(x, x.mul(5f).add(3f)).score()).isEqualTo(1);
  }

  @Test
  void should_be_at_chance_for_unrelated_features_and_follow_the_images() {
    NDArray x = noise(6, 200, 50);
    NDArray y = noise(7, 200, 50);
    TwoWayScores scores = PAPER.score(x, y);
    assertThat(scores.score()).isBetween(0.4, 0.6);
    int[] order = NoiseSource.seeded(8).permutation(200);
    NDArray index =
        Torch.copy(manager, Arrays.stream(order).asLongStream().toArray(), new Shape(200));
    assertThat(PAPER.score(x.get(index), y.get(index)).counts())
        .isEqualTo(Arrays.stream(order).mapToObj(scores.counts()::get).toList());
  }

  /** All 24 pairings of the worked example, scored by the definition. */
  @Test
  void should_compare_the_score_with_those_of_other_pairings() throws IOException {
    float[][] seen = rows(originals());
    float[][] painted = rows(reconstructions());
    int reached = 0;
    double sumOfWrong = 0;
    for (int code = 0; code < 256; code++) {
      int[] order = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
      if (Arrays.stream(order).distinct().count() == 4) {
        int won = 0;
        for (int j = 0; j < 4; j++) {
          int wins = wins(seen, painted[j], order[j]);
          won += wins;
          // Each wrong pair is part of 6 pairings.
          sumOfWrong += order[j] == j ? 0 : wins / 3.0 / 6;
        }
        reached += won >= 9 ? 1 : 0;
      }
    }
    RandomPairings pairings =
        RandomPairings.ofAllImages(Better.HIGHER, StatisticsConfig.standard(), 1);
    try (FeatureTable first = FeatureTable.of("originals", originals());
        FeatureTable second = FeatureTable.of("reconstructions", reconstructions())) {
      assertThat(PAPER.score(first, second, pairings).score()).isEqualTo(0.75);
    }
    assertThat(reached).isBetween(2, 20);
    assertThat(pairings.significance().pValue()).isCloseTo(reached / 24.0, within(0.02));
    assertThat(pairings.significance().chance()).isCloseTo(sumOfWrong / 12, within(EXACT));
  }

  private static int wins(float[][] originals, float[] reconstruction, int right) {
    double similarity = pearson(originals[right], reconstruction);
    return (int)
        Arrays.stream(originals).filter(o -> pearson(o, reconstruction) < similarity).count();
  }

  @Test
  void should_list_features_that_are_all_the_same() {
    NDArray x = originals();
    NDArray flat =
        x.get("0:1").concat(manager.ones(new Shape(1, 5)).mul(0.1f)).concat(x.get("2:4"));
    TwoWayScores withOriginal = PAPER.score(flat, reconstructions());
    // Without a constant original: 3, 2, 3, 1; it beats every other, and its own loses to all.
    assertThat(withOriginal.counts()).containsExactly(2, 0, 2, 1);
    assertThat(withOriginal.constantOriginals()).containsExactly(1);
    assertThat(withOriginal.constantReconstructions()).isEmpty();
    assertThat(withOriginal.isDefined()).isFalse();

    TwoWayScores withReconstruction = PAPER.score(reconstructions(), flat);
    assertThat(withReconstruction.counts().get(1)).isZero();
    assertThat(withReconstruction.constantReconstructions()).containsExactly(1);
    assertThat(OTHER.score(flat, reconstructions()).constantOriginals()).containsExactly(1);
  }

  @Test
  void should_refuse_what_has_no_score() {
    NDArray x = originals();
    assertThatThrownBy(() -> PAPER.score(x.get("0:1"), x.get("0:1")))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "two-way identification: expected at least 2 images but was 1; one alone has no other"
                + " to be compared with");
    assertThatThrownBy(() -> PAPER.score(x, x.get("0:3")))
        .hasMessageContaining("reconstructions: expected one image for each original");
    NDArray broken = x.div(manager.zeros(new Shape()));
    assertThatThrownBy(() -> PAPER.score(x, broken))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage(
            "reconstructions: expected finite features but image 0 has Infinity; leave it out");
    assertThatThrownBy(() -> new TwoWayScores(List.of(0), List.of(), List.of()))
        .hasMessage("counts: expected at least 2 images but was 1");
  }

  @Test
  void should_refuse_tables_that_are_not_full_or_do_not_match() throws IOException {
    try (FeatureTable full = FeatureTable.of("originals", originals());
        FeatureTable other = FeatureTable.onHeap("reconstructions", 5, 5)) {
      other.add(reconstructions());
      assertThatThrownBy(() -> PAPER.score(full, other))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("reconstructions: expected 5 images but only 4 added");
      other.add(originals().get("0:1"));
      assertThatThrownBy(() -> PAPER.score(full, other))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "two-way identification: expected reconstructions [4, 5] as the originals have, but"
                  + " was [5, 5]");
    }
  }

  @Test
  void should_leave_nothing_behind() {
    NDArray x = originals();
    NDArray y = reconstructions();
    LeakCheck.assertNoLeak(() -> PAPER.score(x, y));
  }
}
