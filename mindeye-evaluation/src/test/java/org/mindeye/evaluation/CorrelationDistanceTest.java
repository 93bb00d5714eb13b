// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;

class CorrelationDistanceTest {
  private static final double TOLERANCE = 1e-6;

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

  @Test
  void should_agree_with_the_original_on_golden_features() {
    Golden golden = Golden.open("/golden/vision-and-metrics.safetensors");
    Shape shape = new Shape(25, 60);
    NDArray real = ParityGenerator.input(manager, golden.seedBase() + 22, shape);
    NDArray predicted =
        real.mul(0.25f).add(ParityGenerator.input(manager, golden.seedBase() + 23, shape));

    float[] expected = golden.floats("metric.correlation_distance_each");
    double[] actual = CorrelationDistance.each(real, predicted);
    double[] flattened =
        CorrelationDistance.each(
            real.reshape(25, 3, 4, 5), predicted.reshape(25, 60).toType(DataType.FLOAT64, true));

    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(TOLERANCE));
      assertThat(flattened[i]).isEqualTo(actual[i]);
    }
  }

  @Test
  void should_be_one_less_the_correlation() {
    assertThat(CorrelationDistance.each(originals(), reconstructions()))
        .containsExactly(new double[] {0.096874, 0.532293, 0.075412, 0.919936}, within(5e-7));
  }

  @Test
  void should_compare_every_original_with_every_reconstruction() {
    double[][] cross = CorrelationDistance.cross(originals(), reconstructions());

    // Rows are originals: the correlation of the first with the second is 0.929981.
    assertThat(1 - cross[0][1]).isEqualTo(0.929981, within(5e-7));
    assertThat(1 - cross[1][0]).isEqualTo(0.159719, within(5e-7));
    double[] each = CorrelationDistance.each(originals(), reconstructions());
    for (int i = 0; i < each.length; i++) {
      assertThat(cross[i][i]).isEqualTo(each[i]);
    }
  }

  @Test
  void should_ignore_scale_and_offset_and_reach_from_zero_to_two() {
    NDArray x = originals();
    NDArray same = x.mul(3f).add(7f);
    assertThat(CorrelationDistance.each(x, same)).containsExactly(new double[4], within(TOLERANCE));
    assertThat(CorrelationDistance.each(x, same.neg()))
        .containsExactly(new double[] {2, 2, 2, 2}, within(TOLERANCE));
  }

  /** A small difference on a large mean is lost in float32. */
  @Test
  void should_compute_in_float64() {
    NDArray x = originals();
    NDArray shifted = x.toType(DataType.FLOAT64, true).add(100_000);
    assertThat(CorrelationDistance.each(shifted, x.toType(DataType.FLOAT64, true)))
        .containsExactly(new double[4], within(1e-9));
  }

  @Test
  void should_refuse_features_that_are_all_the_same() {
    NDArray flat = matrix(new float[] {1, 2}, new float[] {0.1f, 0.1f});
    NDArray varied = matrix(new float[] {1, 2}, new float[] {3, 2});
    assertThatThrownBy(() -> CorrelationDistance.each(varied, flat))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "reconstructions: the features of image 1 are all the same, so their correlation is"
                + " undefined; leave it out");
    assertThat(CorrelationDistance.cross(varied, flat)[0]).containsExactly(0, Double.NaN);
  }

  @Test
  void should_refuse_what_does_not_go_together() {
    NDArray three = manager.ones(new Shape(3, 5));
    NDArray wide = manager.ones(new Shape(4, 6));
    NDArray numbers = manager.ones(new Shape(4, 5), DataType.INT32);
    assertThatThrownBy(() -> CorrelationDistance.each(originals(), three))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "reconstructions: expected one image for each original, as the originals (4, 5) have,"
                + " but was (3, 5)");
    assertThatThrownBy(() -> CorrelationDistance.cross(originals(), wide))
        .hasMessage(
            "reconstructions: expected as many features of an image, as the originals (4, 5) have,"
                + " but was (4, 6)");
    assertThatThrownBy(() -> CorrelationDistance.each(manager.ones(new Shape(4)), three))
        .hasMessage("originals: expected [images, features] but was (4); flatten or stack them");
    assertThatThrownBy(() -> CorrelationDistance.each(numbers, numbers))
        .hasMessage("originals: expected floats but was int32; convert them");
    NDArray broken = matrix(new float[] {1, 2}, new float[] {Float.NaN, 3});
    assertThatThrownBy(() -> CorrelationDistance.each(broken, broken))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("originals: expected finite features but image 1 has NaN; leave it out");
  }

  @Test
  void should_leave_nothing_behind() {
    NDArray x = originals();
    NDArray y = reconstructions();
    LeakCheck.assertNoLeak(() -> CorrelationDistance.each(x, y));
    LeakCheck.assertNoLeak(() -> CorrelationDistance.cross(x, y));
  }
}
