// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class SimilarityMatrixTest {
  @FreshManager private NDManager manager;

  private NDArray matrix(float[]... rows) {
    return manager.create(rows);
  }

  private NDArray random(int rows, int width, long seed) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(rows, width));
  }

  @Test
  void should_compute_the_worked_cosines() {
    SimilarityMatrix cosine =
        SimilarityMatrix.cosine(
            "image",
            matrix(new float[] {1, 1}, new float[] {0, 1}),
            "brain",
            matrix(new float[] {1, 0}, new float[] {0, 2}, new float[] {1, 1}));
    float half = 0.70710678f;
    assertRow(cosine, 0, half, half, 1);
    assertRow(cosine, 1, 0, 1, half);
    assertThat(cosine).hasToString("SimilarityMatrix[image=2, brain=3]");
  }

  @Test
  void should_compute_the_worked_correlations() {
    SimilarityMatrix pearson =
        SimilarityMatrix.pearson(
            "z",
            matrix(new float[] {1, 2, 3}, new float[] {1, 0, 2}),
            "b",
            matrix(new float[] {3, 1, 2}, new float[] {0, 1, 0}));
    assertRow(pearson, 0, -0.5f, 0);
    assertRow(pearson, 1, 0.5f, -0.86602540f);
  }

  private static void assertRow(SimilarityMatrix matrix, int row, float... expected) {
    for (int column = 0; column < expected.length; column++) {
      assertThat(matrix.get(row, column)).isCloseTo(expected[column], within(1e-6f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2",
    "255, 3, 5",
    "256, 257, 7",
    "257, 256, 33",
    "300, 600, 11",
    "1025, 3, 4",
    "2, 1030, 4"
  })
  void should_agree_with_plain_arithmetic(int height, int columns, int width) {
    NDArray a = random(height, width, 1).add(3);
    NDArray b = random(columns, width, 2).add(3);
    SimilarityMatrix cosine = SimilarityMatrix.cosine("a", a, "b", b);
    SimilarityMatrix pearson = SimilarityMatrix.pearson("a", a, "b", b);
    float[] left = a.toFloatArray();
    float[] right = b.toFloatArray();
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < columns; j++) {
        double[] plain = plain(left, i * width, right, j * width, width);
        assertThat(cosine.get(i, j)).isCloseTo((float) plain[0], within(2e-6f));
        assertThat(pearson.get(i, j)).isCloseTo((float) plain[1], within(2e-5f));
      }
    }
  }

  /** Cosine and correlation of two rows. */
  private static double[] plain(float[] a, int at, float[] b, int bt, int width) {
    double meanA = 0;
    double meanB = 0;
    for (int i = 0; i < width; i++) {
      meanA += a[at + i] / (double) width;
      meanB += b[bt + i] / (double) width;
    }
    double[] sums = new double[6];
    for (int i = 0; i < width; i++) {
      double x = a[at + i];
      double y = b[bt + i];
      sums[0] += x * y;
      sums[1] += x * x;
      sums[2] += y * y;
      sums[3] += (x - meanA) * (y - meanB);
      sums[4] += (x - meanA) * (x - meanA);
      sums[5] += (y - meanB) * (y - meanB);
    }
    return new double[] {
      sums[0] / Math.sqrt(sums[1] * sums[2]), sums[3] / Math.sqrt(sums[4] * sums[5])
    };
  }

  @Test
  void should_not_care_about_scale_or_for_correlations_about_offset() {
    NDArray a = random(5, 9, 3);
    NDArray b = random(4, 9, 4);
    SimilarityMatrix cosine = SimilarityMatrix.cosine("a", a, "b", b);
    SimilarityMatrix pearson = SimilarityMatrix.pearson("a", a, "b", b);
    SimilarityMatrix scaled = SimilarityMatrix.cosine("a", a.mul(7), "b", b.mul(0.01f));
    SimilarityMatrix moved = SimilarityMatrix.pearson("a", a.mul(7).add(2), "b", b.sub(1));
    for (int i = 0; i < 5; i++) {
      assertRow(scaled, i, cosine.toArray()[i]);
      assertRow(moved, i, pearson.toArray()[i]);
    }
  }

  @Test
  void should_keep_what_very_long_and_very_short_rows_have_in_common() {
    NDArray a = random(130, 40, 12);
    NDArray b = random(5, 40, 13);
    SimilarityMatrix cosine = SimilarityMatrix.cosine("a", a, "b", b);
    for (float[] lengths : new float[][] {{1e15f, 1e15f}, {1e-15f, 1e-15f}, {1e15f, 1e-15f}}) {
      SimilarityMatrix scaled =
          SimilarityMatrix.cosine("a", a.mul(lengths[0]), "b", b.mul(lengths[1]));
      for (int i = 0; i < 130; i++) {
        assertRow(scaled, i, cosine.toArray()[i]);
      }
    }
  }

  @Test
  void should_read_rows_that_do_not_follow_each_other_in_memory() {
    NDArray wide = random(300, 80, 14);
    NDArray part = wide.get(new NDIndex(":, 10:50"));
    SimilarityMatrix cosine = SimilarityMatrix.cosine("a", part, "b", part);
    NDArray copy = part.duplicate();
    assertThat(SimilarityMatrix.cosine("a", copy, "b", copy).toArray())
        .isDeepEqualTo(cosine.toArray());
  }

  @Test
  void should_exchange_rows_columns_and_names_when_transposed() {
    SimilarityMatrix matrix = SimilarityMatrix.cosine("a", random(3, 4, 5), "b", random(2, 4, 6));
    SimilarityMatrix swapped = matrix.transposed();
    assertThat(swapped.rowName()).isEqualTo("b");
    assertThat(swapped.columnName()).isEqualTo("a");
    assertThat(swapped.get(1, 2)).isEqualTo(matrix.get(2, 1));
    assertThat(swapped.transposed().toArray()).isDeepEqualTo(matrix.toArray());
  }

  @Test
  void should_read_float64() {
    NDArray a = random(3, 4, 7);
    NDArray wide = a.toType(DataType.FLOAT64, true);
    assertThat(SimilarityMatrix.cosine("a", wide, "b", a).toArray())
        .isDeepEqualTo(SimilarityMatrix.cosine("a", a, "b", a).toArray());
  }

  @Test
  void should_name_the_row_that_is_zero() {
    NDArray rows = random(300, 4, 8);
    rows.set(new NDIndex("270"), 0);
    assertThatThrownBy(() -> SimilarityMatrix.cosine("brain", rows, "image", random(2, 4, 9)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("brain: row 270 is all zero, so its cosine is undefined; leave it out");
  }

  @Test
  void should_name_the_row_that_is_constant() {
    NDArray columns = matrix(new float[] {1, 2, 3}, new float[] {0.1f, 0.1f, 0.1f});
    assertThatThrownBy(() -> SimilarityMatrix.pearson("brain", random(2, 3, 9), "image", columns))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("image: row 1 is constant, so its correlation is undefined; leave it out");
  }

  @Test
  void should_name_the_row_that_is_not_finite() {
    NDArray columns = matrix(new float[] {1, Float.NaN}, new float[] {1, 2});
    String message = "image: row 0 holds values that are not finite";
    assertThatThrownBy(() -> SimilarityMatrix.cosine("brain", random(2, 2, 1), "image", columns))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> SimilarityMatrix.pearson("brain", random(2, 2, 1), "image", columns))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void should_refuse_different_widths() {
    assertThatThrownBy(
            () -> SimilarityMatrix.cosine("brain", random(2, 3, 1), "image", random(2, 4, 1)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("image: expected [columns, width=3] but was [2, 4]");
  }

  @Test
  void should_refuse_arrays_that_are_not_a_matrix_of_numbers() {
    assertThatThrownBy(() -> SimilarityMatrix.of("a", "b", new float[0][0]))
        .hasMessage("similarity matrix: expected at least one entry but it is empty");
    assertThatThrownBy(() -> SimilarityMatrix.of("a", "b", new float[][] {{1, 2}, {3}}))
        .hasMessage("similarity matrix: expected rows of 2 entries but row 1 has 1");
    assertThatThrownBy(() -> SimilarityMatrix.of("a", "b", new float[][] {{1, Float.NaN}}))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("similarity matrix: expected numbers but entry [0, 1] is NaN");
  }

  @Test
  void should_not_leak() {
    NDArray a = random(300, 4, 10);
    NDArray b = random(20, 4, 11);
    LeakCheck.assertNoLeak(() -> SimilarityMatrix.cosine("a", a, "b", b));
    LeakCheck.assertNoLeak(() -> SimilarityMatrix.pearson("a", a, "b", b));
  }
}
