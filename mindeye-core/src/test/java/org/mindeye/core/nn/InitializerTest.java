// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class InitializerTest {
  /** More than the chunk of 2^22 elements, and not a multiple of it. */
  private static final Shape LARGE = new Shape(5, 1_000_003);

  @FreshManager private NDManager manager;

  @Test
  void should_fill_with_a_constant_of_any_type() {
    NDArray ones = create(Initializer.constant(1.5), new Shape(2, 3), DataType.FLOAT32);
    assertThat(ones.toFloatArray()).hasSize(6).containsOnly(1.5f);
    NDArray counter = create(Initializer.constant(0), new Shape(), DataType.INT64);
    assertThat(counter.getLong()).isZero();
  }

  @Test
  void should_stay_within_the_fan_in_bound_and_fill_it() {
    float[] values =
        create(Initializer.fanIn(64), new Shape(300, 64), DataType.FLOAT32).toFloatArray();
    float bound = 0.125f;
    double sum = 0;
    double squares = 0;
    float largest = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isLessThanOrEqualTo(bound).isGreaterThan(0.999f * bound);
    assertThat(sum / values.length).isCloseTo(0, within(5 * bound / Math.sqrt(3.0 * 19200)));
    assertThat(squares / values.length).isCloseTo(bound * bound / 3, within(0.03 * bound * bound));
  }

  @Test
  void should_have_the_normal_deviation() {
    float[] values =
        create(Initializer.normal(0.02), new Shape(100, 200), DataType.FLOAT32).toFloatArray();
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    assertThat(Math.sqrt(squares / values.length)).isCloseTo(0.02, within(0.0005));
  }

  @Test
  void should_fill_large_tensors_chunk_by_chunk_with_one_sequence() {
    float[] actual = create(Initializer.fanIn(1), LARGE, DataType.FLOAT32).toFloatArray();
    float[] expected = new float[5_000_015];
    NoiseSource.seeded(3).uniform(expected);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) (2.0 * expected[i] - 1);
    }
    assertThat(java.util.Arrays.equals(actual, expected)).isTrue();
  }

  @Test
  void should_fill_rows_longer_than_a_chunk() {
    Shape long2 = new Shape(2, (1 << 22) + 1);
    float[] actual = create(Initializer.normal(1), long2, DataType.FLOAT32).toFloatArray();
    float[] expected = new float[2 * ((1 << 22) + 1)];
    NoiseSource.seeded(3).normal(expected);
    assertThat(java.util.Arrays.equals(actual, expected)).isTrue();
  }

  /** Rules of a user's own may leave zeros as they find them, in every window. */
  @Test
  void should_begin_every_window_with_zeros() {
    Initializer first = (values, from, noise) -> values[0] = from + 1;
    float[] actual = create(first, LARGE, DataType.FLOAT32).toFloatArray();
    float[] expected = new float[5_000_015];
    expected[0] = 1;
    expected[4_000_012] = 4_000_013;
    assertThat(java.util.Arrays.equals(actual, expected)).isTrue();
  }

  @Test
  void should_leave_only_the_tensor_behind() {
    LeakCheck.assertNoLeak(
        () -> create(Initializer.fanIn(4), new Shape(3, 4), DataType.FLOAT32).close());
  }

  private NDArray create(Initializer initial, Shape shape, DataType type) {
    Declaration declaration = new Declaration(type, Declaration.Role.PARAMETER, initial, List.of());
    Parameter parameter =
        Parameter.builder().setName("x").setType(Parameter.Type.OTHER).optShape(shape).build();
    return new ProductWeights("a test")
        .initial(parameter, declaration, manager, NoiseSource.seeded(3));
  }
}
