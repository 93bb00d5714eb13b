// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.TensorSpec.Axis;
import org.mindeye.testkit.TestEngine;

class TensorSpecTest {
  private static final TensorSpec SPEC = TensorSpec.of("betas").axis("batch").axis("voxels", 15724);

  @Test
  void should_accept_what_it_describes() {
    assertThatCode(() -> SPEC.check(new Shape(3, 15724))).doesNotThrowAnyException();
    assertThatCode(() -> TensorSpec.of("scalar").check(new Shape())).doesNotThrowAnyException();
  }

  @Test
  void should_name_tensor_axes_and_actual_shape() {
    assertMismatch(new Shape(2, 15000), "betas: expected [batch, voxels=15724] but was [2, 15000]");
    assertMismatch(new Shape(15724), "betas: expected [batch, voxels=15724] but was [15724]");
    assertMismatch(new Shape(0, 15724), "betas: expected [batch, voxels=15724] but was [0, 15724]");
    assertMismatch(new Shape(), "betas: expected [batch, voxels=15724] but was []");
  }

  private static void assertMismatch(Shape shape, String message) {
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> SPEC.check(shape))
        .withMessage(message)
        .isInstanceOf(MindEyeException.class);
  }

  @Test
  void should_accept_real_numbers_only() {
    TensorSpec row = TensorSpec.of("row").axis("length");
    try (NDManager manager = TestEngine.newManager()) {
      NDArray narrow = manager.zeros(new Shape(2), DataType.FLOAT32);
      NDArray wide = manager.zeros(new Shape(2), DataType.FLOAT64);
      assertThat(row.check(narrow)).isSameAs(narrow);
      assertThat(row.check(wide)).isSameAs(wide);
      assertThatExceptionOfType(ShapeMismatchException.class)
          .isThrownBy(() -> row.check(manager.zeros(new Shape(2), DataType.INT64)))
          .withMessage("row: expected float32 (or float64) values but the type is int64");
    }
  }

  @Test
  void should_refuse_impossible_axes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SPEC.axis("depth", 0))
        .withMessage("axis depth: size must be positive, or -1 for any, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Axis("depth", -2))
        .withMessage("axis depth: size must be positive, or -1 for any, but was -2");
    assertThatNullPointerException().isThrownBy(() -> new Axis(null, 1)).withMessage("name");
  }

  @Test
  void should_not_change_when_it_is_extended() {
    TensorSpec start = TensorSpec.of("x").axis("a");
    TensorSpec longer = start.axis("b", 2);
    assertThat(start).hasToString("x [a]");
    assertThat(longer).hasToString("x [a, b=2]");
    assertThat(longer).isEqualTo(TensorSpec.of("x").axis("a").axis("b", 2));
  }
}
