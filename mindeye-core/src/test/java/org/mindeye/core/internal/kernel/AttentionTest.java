// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

class AttentionTest {
  @FreshManager private NDManager manager;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "2, 3, 5, 7, 4",
    "1, 2, 1, 33, 3",
    "3, 1, 17, 1, 13",
    "2, 16, 257, 257, 64",
    "1, 2, 65, 129, 80",
    "1, 1, 1024, 1023, 3",
    "2, 2, 1024, 1024, 5",
    "1, 3, 2500, 1025, 7"
  })
  void should_equal_a_plain_softmax(int batch, int heads, int queries, int keys, int width) {
    NDArray q = ParityGenerator.input(manager, 1, new Shape(batch, heads, queries, width), 3, 0);
    NDArray k = ParityGenerator.input(manager, 2, new Shape(batch, heads, keys, width), 3, 0);
    NDArray v = ParityGenerator.input(manager, 3, new Shape(batch, heads, keys, width));
    double[] expected = plain(wide(q), wide(k), wide(v)).toDoubleArray();
    try (GradMode off = GradMode.off()) {
      TensorAssert.assertThat(Attention.attend(q, k, v))
          .hasShape(batch, heads, queries, width)
          .isWithinRelativeL2(expected, 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "2, 3, 5, 7, 4",
    "3, 1, 17, 1, 13",
    "9, 16, 257, 257, 64",
    "1, 2, 129, 1023, 40",
    "2, 2, 1024, 128, 5",
    "1, 1, 2500, 1025, 80"
  })
  void should_equal_a_plain_softmax_in_bfloat16(
      int batch, int heads, int queries, int keys, int width) {
    NDArray q = ParityGenerator.input(manager, 1, new Shape(batch, queries, heads, width), 3, 0);
    NDArray k = ParityGenerator.input(manager, 2, new Shape(batch, keys, heads, width), 3, 0);
    NDArray v = ParityGenerator.input(manager, 3, new Shape(batch, keys, heads, width));
    NDArray[] halves = new NDArray[3];
    NDArray[] exact = new NDArray[3];
    for (NDArray each : new NDArray[] {q, k, v}) {
      int i = each == q ? 0 : each == k ? 1 : 2;
      halves[i] = Conversion.to(each, DataType.BFLOAT16).transpose(0, 2, 1, 3);
      exact[i] = wide(Conversion.to(halves[i], DataType.FLOAT32));
    }
    double[] expected = plain(exact[0], exact[1], exact[2]).toDoubleArray();
    try (GradMode off = GradMode.off()) {
      NDArray mixed = Attention.attend(halves[0], halves[1], halves[2]);
      TensorAssert.assertThat(Conversion.to(mixed, DataType.FLOAT32))
          .hasShape(batch, heads, queries, width)
          .isWithinRelativeL2(expected, 0.02);
    }
  }

  @Test
  void should_accept_transposed_views() {
    NDArray q = ParityGenerator.input(manager, 1, new Shape(2, 5, 3, 8)).transpose(0, 2, 1, 3);
    NDArray many = ParityGenerator.input(manager, 1, new Shape(2, 1030, 3, 8), 3, 0);
    for (NDArray each : new NDArray[] {q, many.transpose(0, 2, 1, 3)}) {
      double[] expected = plain(wide(each), wide(each), wide(each)).toDoubleArray();
      try (GradMode off = GradMode.off()) {
        TensorAssert.assertThat(Attention.attend(each, each, each))
            .isWithinRelativeL2(expected, 1e-5);
      }
    }
  }

  @Test
  void should_survive_scores_that_overflow_the_exponential() {
    NDArray q = manager.create(new float[] {200, 0}, new Shape(1, 1, 1, 2));
    NDArray k = manager.create(new float[] {200, 0, -200, 0}, new Shape(1, 1, 2, 2));
    NDArray v = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2));
    assertThat(Attention.attend(q, k, v).toFloatArray()).containsExactly(1, 2);
  }

  @Test
  void should_let_gradients_flow_to_queries_keys_and_values() {
    NDArray q = wide(ParityGenerator.input(manager, 1, new Shape(2, 2, 3, 4), 2, 0));
    NDArray k = wide(ParityGenerator.input(manager, 2, new Shape(2, 2, 5, 4), 2, 0));
    NDArray v = wide(ParityGenerator.input(manager, 3, new Shape(2, 2, 5, 4)));
    NDArray weights = wide(ParityGenerator.input(manager, 4, new Shape(2, 2, 3, 4)));
    List<NDArray> inputs = List.of(q, k, v);
    inputs.forEach(input -> input.setRequiresGradient(true));
    List<NDArray> gradients;
    try (GradMode on = GradMode.on()) {
      gradients = Gradients.of(Attention.attend(q, k, v).mul(weights).sum(), inputs);
    }
    FiniteDifferences differences = FiniteDifferences.ALL;
    try (GradMode off = GradMode.off()) {
      differences.assertGradient(
          "queries", x -> Attention.attend(x, k, v).mul(weights).sum(), q, gradients.get(0), 1e-8);
      differences.assertGradient(
          "keys", x -> Attention.attend(q, x, v).mul(weights).sum(), k, gradients.get(1), 1e-8);
      differences.assertGradient(
          "values", x -> Attention.attend(q, k, x).mul(weights).sum(), v, gradients.get(2), 1e-8);
    }
  }

  /** Few scores, and just more than are multiplied at once. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "3, 2, 17, 65, 13", "2, 4, 64, 33, 16", "1, 1, 2048, 1025, 4"})
  void should_have_in_bfloat16_the_gradients_of_float32(
      int batch, int heads, int queries, int keys, int width) {
    NDArray q = rounded(1, batch, heads, queries, width);
    NDArray k = rounded(2, batch, heads, keys, width);
    NDArray v = rounded(3, batch, heads, keys, width);
    NDArray weights = ParityGenerator.input(manager, 4, new Shape(batch, heads, queries, width));
    List<NDArray> inputs = List.of(q, k, v);
    inputs.forEach(input -> input.setRequiresGradient(true));
    try (GradMode on = GradMode.on()) {
      List<NDArray> expected = Gradients.of(Attention.attend(q, k, v).mul(weights).sum(), inputs);
      NDArray mixed = Attention.attend(half(q), half(k), half(v));
      NDArray sum = Conversion.to(mixed, DataType.FLOAT32).mul(weights).sum();
      List<NDArray> found = Gradients.of(sum, inputs);
      double largest = 0;
      for (NDArray each : expected) {
        largest = Math.max(largest, each.norm().getFloat());
      }
      for (int i = 0; i < inputs.size(); i++) {
        // One key has all of the weight whatever the query, whose gradient is 0 then.
        double error = found.get(i).sub(expected.get(i)).norm().getFloat();
        double scale = Math.max(expected.get(i).norm().getFloat(), 0.1 * largest);
        assertThat(error / scale).as("input %d", i).isLessThan(0.02);
      }
    }
  }

  private NDArray rounded(int seed, int batch, int heads, int tokens, int width) {
    NDArray numbers =
        ParityGenerator.input(manager, seed, new Shape(batch, heads, tokens, width), 2, 0);
    return Conversion.to(half(numbers), DataType.FLOAT32);
  }

  private static NDArray half(NDArray array) {
    return Conversion.to(array, DataType.BFLOAT16);
  }

  @Test
  void should_leave_only_the_result_behind() {
    NDArray x = manager.ones(new Shape(1, 2, 3, 4));
    NDArray many = manager.ones(new Shape(1, 1, 1024, 2));
    LeakCheck.assertNoLeak(() -> Attention.attend(x, x, x).close());
    LeakCheck.assertNoLeak(() -> Attention.attend(many, many, many).close());
    NDArray half = Conversion.to(many, DataType.BFLOAT16);
    LeakCheck.assertNoLeak(() -> Attention.attend(half, half, half).close());
    NDArray few = Conversion.to(x, DataType.BFLOAT16);
    LeakCheck.assertNoLeak(() -> Attention.attend(few, few, few).close());
  }

  private static NDArray wide(NDArray array) {
    return array.toType(DataType.FLOAT64, true);
  }

  private static NDArray plain(NDArray q, NDArray k, NDArray v) {
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    return q.matMul(k.swapAxes(2, 3)).mul(scale).softmax(-1).matMul(v);
  }
}
