// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class TensorAssertTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");

  @Test
  void should_measure_relative_and_absolute_errors() {
    double[] expected = {3, 4};
    assertThat(Tolerance.relativeL2(new double[] {3, 4.5}, expected)).isEqualTo(0.1);
    assertThat(Tolerance.maxAbsolute(new double[] {2, 4.5}, expected)).isEqualTo(1);
    assertThat(Tolerance.relativeL2(new double[] {0, 2}, new double[2])).isEqualTo(2);
  }

  @Test
  void should_name_the_tensor_the_error_and_the_limit() {
    assertThatThrownBy(
            () ->
                TensorAssert.assertThat(new double[] {3, 4.5})
                    .as("tokens")
                    .isWithinRelativeL2(new double[] {3, 4}, 0.09))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "[tokens] relative L2 error is 1.000e-01 but at most 9.000e-02 is allowed");
    assertThatThrownBy(
            () -> TensorAssert.assertThat(new float[] {1}).isWithinAbsolute(new float[] {2}, 0.5))
        .hasMessageContaining("largest absolute error is 1.000e+00");
  }

  @Test
  void should_never_accept_nan_or_another_length() {
    double[] nan = {Double.NaN};
    assertThatThrownBy(() -> TensorAssert.assertThat(nan).isWithinRelativeL2(nan, 1e9))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> TensorAssert.assertThat(nan).isWithinAbsolute(new double[] {0}, 1e9))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> TensorAssert.assertThat(nan).isWithinAbsolute(new double[] {0, 0}, 1e9))
        .hasMessage("expected 2 values but was 1");
  }

  @Test
  void should_compare_with_a_whole_golden_entry() {
    try (NDManager manager = TestEngine.newManager()) {
      NDArray voxels = GOLDEN.array(manager, "mixco.voxels");
      TensorAssert.assertThat(voxels).matches(GOLDEN, "mixco.voxels", 0);
      TensorAssert.assertThat(voxels).matchesAbsolute(GOLDEN, "mixco.voxels", 0);
      assertThatThrownBy(
              () ->
                  TensorAssert.assertThat(voxels.reshape(32, 6)).matches(GOLDEN, "mixco.voxels", 1))
          .hasMessageContaining("[mixco.voxels] expected shape (6, 32) but was (32, 6)");
    }
  }

  @Test
  void should_compare_samples_and_norm_of_a_large_entry() {
    String entry = "grad.bimixco.projector.8.weight";
    float[] samples = GOLDEN.floats(entry + "@sample256");
    double norm = GOLDEN.scalar(entry + "@l2");
    double rest = norm * norm - Math.pow(Tolerance.norm(TestEngine.widen(samples)), 2);
    try (NDManager manager = TestEngine.newManager()) {
      float[] full = new float[512];
      for (int i = 0; i < 256; i++) {
        full[2 * i] = samples[i];
      }
      full[1] = (float) Math.sqrt(rest);
      NDArray good = TestEngine.copy(manager, full, new Shape(2, 256));
      TensorAssert.assertThat(good).matches(GOLDEN, entry, 1e-6);
      full[1] *= 1.1f;
      NDArray longer = TestEngine.copy(manager, full, new Shape(2, 256));
      assertThatThrownBy(() -> TensorAssert.assertThat(longer).matches(GOLDEN, entry, 1e-6))
          .hasMessageContaining(entry + "@l2");
      full[10] += 1;
      NDArray wrong = TestEngine.copy(manager, full, new Shape(2, 256));
      assertThatThrownBy(() -> TensorAssert.assertThat(wrong).matches(GOLDEN, entry, 1e-6))
          .hasMessageContaining(entry + "@sample256");
    }
  }

  private enum Format {
    FLOAT32,
    BFLOAT16
  }

  /** What lies between the bounds of a format passes, exact and very wrong results do not. */
  @Test
  void should_expect_about_the_error_that_was_measured() {
    try (NDManager manager = TestEngine.newManager()) {
      NDArray exact = GOLDEN.array(manager, "mixco.voxels");
      NDArray near = exact.mul(1.0052);
      FormatError measured = FormatError.BACKBONE_TOKENS;
      TensorAssert.assertThat(exact).matches(GOLDEN, "mixco.voxels", measured, Format.FLOAT32, 0);
      TensorAssert.assertThat(near).matches(GOLDEN, "mixco.voxels", measured, Format.BFLOAT16, 0);
      assertThatThrownBy(
              () ->
                  TensorAssert.assertThat(near)
                      .matches(GOLDEN, "mixco.voxels", measured, Format.FLOAT32, 1e-3))
          .hasMessageContaining("relative L2 error is 5.200e-03 but at most 1.000e-03");
      assertThatThrownBy(
              () ->
                  TensorAssert.assertThat(exact.mul(1.0063))
                      .matches(GOLDEN, "mixco.voxels", measured, Format.BFLOAT16, 0))
          .hasMessageContaining("relative L2 error is 6.300e-03 but at most 6.240e-03");
      assertThatThrownBy(
              () ->
                  TensorAssert.assertThat(exact)
                      .matches(GOLDEN, "mixco.voxels", measured, Format.BFLOAT16, 0))
          .hasMessageContaining(
              "relative L2 error is 0.000e+00 in BFLOAT16, and at least 3.640e-03 was expected: is"
                  + " it computed in that format? If so, BACKBONE_TOKENS and the pages show too"
                  + " much");
    }
  }
}
