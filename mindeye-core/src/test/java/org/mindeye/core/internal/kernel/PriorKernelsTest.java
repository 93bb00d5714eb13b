// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** Small kernels against plain loops. */
class PriorKernelsTest {
  @FreshManager private NDManager manager;

  private NDArray normal(long seed, long... shape) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(shape));
  }

  private static double[] normed(double[] row, float[] gain) {
    double mean = 0;
    double variance = 0;
    for (double value : row) {
      mean += value / row.length;
    }
    for (double value : row) {
      variance += (value - mean) * (value - mean) / row.length;
    }
    double[] result = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      result[i] = (row[i] - mean) / Math.sqrt(variance + 1e-5) * gain[i];
    }
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 257})
  void should_normalise_with_a_gain_and_no_bias(int width) {
    float[] x = new float[3 * width];
    NoiseSource.seeded(1).normal(x);
    NDArray gain = normal(2, width);
    double[] plain = new double[x.length];
    double[] stable = new double[x.length];
    for (int r = 0; r < 3; r++) {
      double[] row = new double[width];
      double[] scaled = new double[width];
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < width; i++) {
        row[i] = x[r * width + i];
        largest = Math.max(largest, row[i]);
      }
      for (int i = 0; i < width; i++) {
        scaled[i] = row[i] / largest;
      }
      System.arraycopy(normed(row, gain.toFloatArray()), 0, plain, r * width, width);
      System.arraycopy(normed(scaled, gain.toFloatArray()), 0, stable, r * width, width);
    }
    NDArray input = Torch.copy(manager, x, new Shape(3, width));
    TensorAssert.assertThat(GainNorm.apply(input, gain)).isWithinRelativeL2(plain, 2e-6);
    TensorAssert.assertThat(GainNorm.stable(input, gain)).isWithinRelativeL2(stable, 2e-6);
  }

  @Test
  void should_take_the_largest_value_for_a_constant() {
    // Without epsilon the scale would not matter; with it, the slope shows whether it was constant.
    float[] row = {1e-3f, 2e-3f, 4e-3f};
    float scale = row[2];
    try (GradMode on = GradMode.on()) {
      NDArray gain = manager.ones(new Shape(3));
      NDArray x = Torch.copy(manager, row, new Shape(1, 3));
      x.setRequiresGradient(true);
      NDArray weight = Torch.copy(manager, new float[] {1, -2, 3}, new Shape(1, 3));
      NDArray loss = GainNorm.stable(x, gain).mul(weight).sum();
      NDArray slope = Gradients.of(loss, List.of(x)).get(0);
      FiniteDifferences.ALL.assertGradient(
          "stable norm",
          values -> {
            double[] scaled = new double[3];
            for (int i = 0; i < 3; i++) {
              scaled[i] = values[i] / scale;
            }
            double[] y = normed(scaled, new float[] {1, 1, 1});
            return y[0] - 2 * y[1] + 3 * y[2];
          },
          new double[] {row[0], row[1], row[2]},
          new double[] {slope.toFloatArray()[0], slope.toFloatArray()[1], slope.toFloatArray()[2]},
          1e-3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 257})
  void should_gate_the_first_half_by_the_second(int width) {
    NDArray x = normal(1, 2, 2L * width);
    float[] values = x.toFloatArray();
    double[] expected = new double[2 * width];
    double[] alone = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      alone[i] = values[i] / (1 + Math.exp(-values[i]));
    }
    for (int r = 0; r < 2; r++) {
      for (int i = 0; i < width; i++) {
        expected[r * width + i] = values[r * 2 * width + i] * alone[r * 2 * width + width + i];
      }
    }
    TensorAssert.assertThat(Silu.apply(x)).isWithinRelativeL2(alone, 1e-6);
    TensorAssert.assertThat(Silu.gate(x)).isWithinRelativeL2(expected, 1e-6);
  }

  @Test
  void should_combine_in_place() {
    NDArray x = normal(1, 2, 3);
    NDArray y = normal(2, 2, 3);
    NDArray z = normal(3, 2, 3);
    float[] before = x.toFloatArray();
    x.setRequiresGradient(true);
    LinearCombination.into(x, 2, List.of(y, z), List.of(-3.0, 0.5));
    for (int i = 0; i < 6; i++) {
      float expected = 2 * before[i] - 3 * y.toFloatArray()[i] + 0.5f * z.toFloatArray()[i];
      assertThat(x.toFloatArray()[i]).isCloseTo(expected, within(1e-5f));
    }
    before = x.toFloatArray();
    LinearCombination.into(x, 0, y, 1);
    assertThat(x.toFloatArray()).isEqualTo(y.toFloatArray());
    LinearCombination.scale(x, 4);
    assertThat(x.toFloatArray()[5]).isEqualTo(4 * y.toFloatArray()[5]);
    assertThat(z.toFloatArray()).isEqualTo(normal(3, 2, 3).toFloatArray());
  }

  /** One kernel takes three tensors beside x. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 6, 7})
  void should_combine_any_number(int terms) {
    NDArray x = normal(1, 2, 3);
    float[] expected = x.toFloatArray();
    List<NDArray> others = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    for (int k = 0; k < terms; k++) {
      others.add(normal(10 + k, 2, 3));
      weights.add(0.5 - k);
    }
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= -2;
      for (int k = 0; k < terms; k++) {
        expected[i] += (float) (0.5 - k) * others.get(k).toFloatArray()[i];
      }
    }
    NDArray oneByOne = x.duplicate();
    LinearCombination.into(x, -2, others, weights);
    TensorAssert.assertThat(x).isWithinRelativeL2(expected, 1e-6);
    LinearCombination.scale(oneByOne, -2);
    for (int k = 0; k < terms; k++) {
      LinearCombination.into(oneByOne, 1, others.get(k), weights.get(k));
    }
    assertThat(x.toFloatArray()).isEqualTo(oneByOne.toFloatArray());
  }

  @Test
  void should_assign_whatever_was_there() {
    NDArray x = manager.full(new Shape(2, 3), Float.NaN);
    LinearCombination.assign(x, normal(1, 2, 3));
    assertThat(x.toFloatArray()).isEqualTo(normal(1, 2, 3).toFloatArray());
    NDArray counter = manager.create(5L);
    LinearCombination.assign(counter, manager.create(7L));
    assertThat(counter.getLong()).isEqualTo(7);
  }

  @Test
  void should_look_up_scores_and_hide_what_comes_later() {
    NDArray weight = Torch.copy(manager, new float[] {1, 10, 2, 20, 3, 30}, new Shape(3, 2));
    NDArray buckets = manager.create(new long[] {0, 1, 2, 1, 0, 2}, new Shape(2, 3));
    NDArray like = manager.zeros(new Shape(1));
    float lowest = -Float.MAX_VALUE;
    assertThat(RelativeBias.of(like, buckets, weight).toFloatArray())
        .containsExactly(1, 2, 3, 2, 1, 3, 10, 20, 30, 20, 10, 30);
    NDArray causal = RelativeBias.causal(like, buckets, weight);
    assertThat(causal.getShape()).isEqualTo(new Shape(2, 2, 3));
    assertThat(causal.toFloatArray())
        .containsExactly(1, 2, lowest, 2, 1, 3, 10, 20, lowest, 20, 10, 30);
  }

  @Test
  void should_differentiate_one_link_of_the_chain() {
    try (GradMode on = GradMode.on()) {
      NDArray a = normal(1, 2, 3);
      NDArray b = normal(2, 2, 3);
      NDArray unused = normal(3, 1);
      NDArray cotangent = normal(4, 2, 3);
      for (NDArray leaf : List.of(a, b, unused)) {
        leaf.setRequiresGradient(true);
      }
      List<NDArray> slopes = Gradients.product(a.mul(b), cotangent, List.of(a, b, unused));
      assertThat(slopes.get(0).toFloatArray()).isEqualTo(cotangent.mul(b).toFloatArray());
      assertThat(slopes.get(1).toFloatArray()).isEqualTo(cotangent.mul(a).toFloatArray());
      assertThat(slopes.get(2)).isNull();
    }
  }

  @Test
  void should_carry_given_gradients_into_a_graph() {
    try (GradMode on = GradMode.on()) {
      NDArray leaf = normal(1, 2, 3);
      leaf.setRequiresGradient(true);
      NDArray gradient = normal(2, 2, 3);
      NDArray loss = Torch.copy(manager, new float[] {7.25f}, new Shape());
      NDArray doubled = leaf.add(leaf);
      NDArray joined =
          Gradients.surrogate(loss, List.of(doubled, leaf), List.of(gradient, gradient));
      assertThat(joined.getFloat()).isEqualTo(7.25f);
      assertThat(Gradients.of(joined, List.of(leaf)).get(0).toFloatArray())
          .isEqualTo(gradient.add(gradient).add(gradient).toFloatArray());
    }
  }
}
