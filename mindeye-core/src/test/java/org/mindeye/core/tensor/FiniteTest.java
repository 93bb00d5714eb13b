// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class FiniteTest {
  @FreshManager private NDManager manager;

  /** Seven samples of five values, with one wherever the test needs it. */
  private NDArray with(float value, int... places) {
    float[] values = new float[35];
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 17;
    }
    for (int place : places) {
      values[place] = value;
    }
    return Torch.copy(manager, values, new Shape(7, 5));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void should_find_one_value_wherever_it_is(float value) {
    assertThat(Finite.isFinite(with(0))).isTrue();
    for (int place = 0; place < 35; place++) {
      NDArray array = with(value, place);
      assertThat(Finite.isFinite(array)).isFalse();
      assertThat(Finite.isFinite(array.toType(DataType.FLOAT64, true))).isFalse();
      assertThat(Finite.isFinite(array.transpose())).isFalse();
      assertThat(Finite.rows(array)).containsExactly(place / 5);
      assertThat(Finite.rows(array.toType(DataType.FLOAT64, true))).containsExactly(place / 5);
    }
  }

  @Test
  void should_find_infinities_that_cancel_in_a_sum() {
    NDArray array = with(Float.POSITIVE_INFINITY, 3);
    array.set(new NDIndex("4, 1"), Float.NEGATIVE_INFINITY);
    assertThat(Finite.isFinite(array)).isFalse();
    assertThat(Finite.rows(array)).containsExactly(0, 4);
  }

  @Test
  void should_accept_finite_values_whose_sum_overflows() {
    assertThat(Finite.isFinite(with(Float.MAX_VALUE, 1, 2, 3))).isTrue();
    assertThat(Finite.isFinite(manager.create(new double[] {Double.MAX_VALUE, Double.MAX_VALUE})))
        .isTrue();
    assertThat(Finite.isFinite(manager.create(3f))).isTrue();
    assertThat(Finite.isFinite(manager.create(Float.NaN))).isFalse();
  }

  @Test
  void should_say_how_many_values_of_which_samples() {
    assertThatThrownBy(() -> Finite.require("voxels", with(Float.NaN, 4, 11, 13), "repair them"))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage(
            "voxels: expected finite numbers but 3 are NaN or infinite, in 2 of 7 samples (number"
                + " 0, 2, from 0); repair them");
    assertThatThrownBy(
            () -> Finite.require("x", with(Float.NaN, 0, 5, 10, 15, 20, 25, 30), "repair them"))
        .hasMessageContaining("in 7 of 7 samples (number 0, 1, 2, 3, 4 and 2 more, from 0)");
    assertThatThrownBy(() -> Finite.require("x", with(Float.NaN, 0, 5, 10, 15, 20), "repair them"))
        .hasMessageContaining("in 5 of 7 samples (number 0, 1, 2, 3, 4, from 0)");
    float[][] heap = {{1, 2}, {Float.NEGATIVE_INFINITY, Float.NaN}, {3}};
    assertThatThrownBy(() -> Finite.require("voxels", heap, "repair them"))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage(
            "voxels: expected finite numbers but 2 are NaN or infinite, in 1 of 3 samples (number"
                + " 1, from 0); repair them");
    Finite.require("voxels", new float[][] {{1}, {2}}, "repair them");
    Finite.require("voxels", with(1), "repair them");
  }

  @Test
  void should_leave_nothing_behind_and_record_nothing() {
    NDArray good = with(0);
    good.setRequiresGradient(true);
    NDArray bad = with(Float.NaN, 7);
    try (GradMode on = GradMode.on()) {
      LeakCheck.assertNoLeak(
          () -> {
            Finite.require("good", good, "repair them");
            assertThatThrownBy(() -> Finite.require("bad", bad, "repair them"))
                .isInstanceOf(NotFiniteException.class);
          });
      assertThat(GradMode.isOn()).isTrue();
    }
  }
}
