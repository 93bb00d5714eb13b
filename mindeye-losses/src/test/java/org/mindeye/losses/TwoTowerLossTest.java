// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Garbage;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class TwoTowerLossTest {
  /** The second text fits the first image too, the last one all. */
  private static final double[][] MATCHES = {
    {1, 1, 0, 1},
    {0, 1, 0, 1},
    {0, 0, 1, 1},
    {0, 0, 0, 1}
  };

  private static final double LOG_SCALE = 1.3;

  @FreshManager private NDManager manager;

  private NDArray matrix(double[][] rows) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Torch.copy(manager, flat, new Shape(rows.length, rows[0].length), DataType.FLOAT64);
  }

  private NDArray scale(double logarithm) {
    return Torch.copy(manager, new double[] {logarithm}, new Shape(), DataType.FLOAT64);
  }

  private ClipVectors vectors(long seed) {
    return Vectors.of(manager, Vectors.unitRows(seed, 4, 5));
  }

  /** The formula of the Javadoc in loops. */
  private static double plain(double[][] images, double[][] texts, double logScale) {
    int batch = images.length;
    double scale = Math.min(100, Math.exp(logScale));
    double[][] s = new double[batch][batch];
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < batch; j++) {
        for (int k = 0; k < images[i].length; k++) {
          s[i][j] += scale * images[i][k] * texts[j][k];
        }
      }
    }
    double sum = 0;
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < batch; j++) {
        double row = 0;
        double column = 0;
        double fitting = 0;
        double fitted = 0;
        for (int k = 0; k < batch; k++) {
          row += Math.exp(s[i][k]);
          column += Math.exp(s[k][j]);
          fitting += MATCHES[i][k];
          fitted += MATCHES[k][j];
        }
        sum -= MATCHES[i][j] * (s[i][j] - Math.log(row)) / fitting;
        sum -= MATCHES[i][j] * (s[i][j] - Math.log(column)) / fitted;
      }
    }
    return sum / (2 * batch);
  }

  @Test
  void should_equal_the_formula_in_loops() {
    for (double logScale : new double[] {0, LOG_SCALE, TwoTowerLoss.PUBLISHED_LOG_SCALE, 7}) {
      NDArray loss =
          TwoTowerLoss.evaluateUnchecked(vectors(1), vectors(2), scale(logScale), matrix(MATCHES));
      assertThat(loss.getDouble())
          .isCloseTo(
              plain(Vectors.unitRows(1, 4, 5), Vectors.unitRows(2, 4, 5), logScale), offset(1e-10));
    }
  }

  @Test
  void should_be_the_loss_of_clip_where_every_text_fits_one_image() {
    NDArray loss =
        TwoTowerLoss.evaluateUnchecked(
            vectors(1),
            vectors(2),
            scale(Math.log(1 / 0.05)),
            manager.eye(4, 4, 0, DataType.FLOAT64));
    assertThat(loss.getDouble())
        .isCloseTo(new ClipLoss(0.05).evaluate(vectors(1), vectors(2)).getDouble(), offset(1e-12));
  }

  @Test
  void should_have_the_gradients_of_finite_differences() {
    UnaryOperator<NDArray> ofImages = x -> loss(ClipVectors.of(x), vectors(2), scale(LOG_SCALE));
    UnaryOperator<NDArray> ofTexts = x -> loss(vectors(1), ClipVectors.of(x), scale(LOG_SCALE));
    UnaryOperator<NDArray> ofScale = x -> loss(vectors(1), vectors(2), x);
    check("images", ofImages, vectors(1).array());
    check("texts", ofTexts, vectors(2).array());
    check("scale", ofScale, scale(LOG_SCALE));
  }

  private NDArray loss(ClipVectors images, ClipVectors texts, NDArray scale) {
    return TwoTowerLoss.evaluateUnchecked(images, texts, scale, matrix(MATCHES));
  }

  private static void check(String name, UnaryOperator<NDArray> loss, NDArray at) {
    FiniteDifferences.ALL.assertGradient(name, loss, at, gradient(loss, at), 1e-6);
  }

  private static NDArray gradient(UnaryOperator<NDArray> loss, NDArray leaf) {
    leaf.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      return Gradients.of(loss.apply(leaf), List.of(leaf)).get(0);
    } finally {
      leaf.setRequiresGradient(false);
    }
  }

  @Test
  void should_not_push_a_scale_beyond_its_limit() {
    NDArray gradient = gradient(x -> loss(vectors(1), vectors(2), x), scale(Math.log(101)));
    assertThat(gradient.getDouble()).isZero();
  }

  @Test
  void should_differentiate_correctly_after_garbage_was_collected() {
    NDArray images = vectors(1).array();
    UnaryOperator<NDArray> loss = x -> loss(ClipVectors.of(x), vectors(2), scale(LOG_SCALE));
    double[] expected = gradient(loss, images).toDoubleArray();
    images.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      NDArray value = loss.apply(images);
      Garbage.collectAndReuse();
      TensorAssert.assertThat(Gradients.of(value, List.of(images)).get(0))
          .isWithinAbsolute(expected, 0);
    }
  }

  @Test
  void should_leave_no_native_memory_behind() {
    ClipVectors images = vectors(1);
    ClipVectors texts = vectors(2);
    NDArray scale = scale(LOG_SCALE);
    NDArray matches = matrix(MATCHES);
    LeakCheck.assertNoLeak(
        () -> TwoTowerLoss.evaluateUnchecked(images, texts, scale, matches).close());
    LeakCheck.assertNoLeak(
        () -> {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            gradient(x -> TwoTowerLoss.evaluateUnchecked(images, texts, x, matches), scale);
          }
        });
    NDArray loss = TwoTowerLoss.evaluateUnchecked(images, texts, scale, matches);
    assertThat(loss.getManager()).isSameAs(manager);
  }

  @Test
  void should_refuse_what_does_not_fit() {
    assertThatThrownBy(
            () ->
                TwoTowerLoss.evaluateUnchecked(
                    vectors(1),
                    Vectors.of(manager, Vectors.unitRows(2, 3, 5)),
                    scale(0),
                    matrix(MATCHES)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageContaining("images [batch, width] is (4, 5) float64 but texts is (3, 5)");
    assertThatThrownBy(
            () ->
                TwoTowerLoss.evaluateUnchecked(
                    vectors(1), vectors(2), scale(0), manager.ones(new Shape(4))))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("matches: expected [image, text] (4, 4) but was (4)");
    assertThatThrownBy(
            () ->
                TwoTowerLoss.evaluateUnchecked(
                    vectors(1), vectors(2), manager.ones(new Shape(1)), matrix(MATCHES)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("logScale: expected a scalar [] but was (1)");
  }

  @Test
  void should_scale_cosines_of_any_number_of_texts() {
    ClipVectors texts = Vectors.of(manager, Vectors.unitRows(2, 3, 5));
    NDArray logits = TwoTowerLoss.similarities(vectors(1), texts, scale(LOG_SCALE));
    double[] expected = new double[12];
    for (int i = 0; i < 12; i++) {
      for (int k = 0; k < 5; k++) {
        expected[i] +=
            Math.exp(LOG_SCALE)
                * Vectors.unitRows(1, 4, 5)[i / 3][k]
                * Vectors.unitRows(2, 3, 5)[i % 3][k];
      }
    }
    TensorAssert.assertThat(logits).hasShape(4, 3).isWithinAbsolute(expected, 1e-12);
    NDArray scale = scale(7);
    LeakCheck.assertNoLeak(() -> TwoTowerLoss.similarities(texts, texts, scale).close());
    assertThat(TwoTowerLoss.similarities(texts, texts, scale).max().getDouble())
        .isCloseTo(100, offset(1e-9));
    assertThatThrownBy(
            () ->
                TwoTowerLoss.similarities(
                    vectors(1), Vectors.of(manager, Vectors.unitRows(2, 3, 4)), scale))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("texts: expected vectors as wide as the images', 5, but was 4");
  }
}
