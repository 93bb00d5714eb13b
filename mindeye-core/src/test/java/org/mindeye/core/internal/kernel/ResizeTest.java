// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.Interpolation;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

class ResizeTest {
  private static final Golden GOLDEN = Golden.open("/golden/vision-and-metrics.safetensors");

  @FreshManager private NDManager manager;

  @ParameterizedTest
  @CsvSource({
    "BILINEAR, OFF, 20, 30",
    "BILINEAR, OFF, 71, 90",
    "BILINEAR, ON, 20, 30",
    "BILINEAR, ON, 71, 90",
    "BICUBIC, OFF, 20, 30",
    "BICUBIC, OFF, 71, 90",
    "BICUBIC, ON, 20, 30",
    "BICUBIC, ON, 71, 90"
  })
  void should_match_the_original(
      Interpolation interpolation, Antialias antialias, int height, int width) {
    Shape shape = new Shape(1, 3, 50, 37);
    NDArray images = ParityGenerator.input(manager, GOLDEN.seedBase() + 30, shape, 0.5, 0.5);
    String entry =
        String.format(
            Locale.ROOT,
            "resize.%s.aa%d.%dx%d",
            interpolation.name().toLowerCase(Locale.ROOT),
            antialias.ordinal(),
            height,
            width);
    TensorAssert.assertThat(Resize.to(images, height, width, interpolation, antialias))
        .matchesAbsolute(GOLDEN, entry, 2e-6);
  }

  @ParameterizedTest
  @CsvSource({
    "BILINEAR, OFF, 3, 0.833333 12.5 38.166672",
    "BILINEAR, ON, 3, 2.052632 13.452381 35.578949",
    "BICUBIC, OFF, 3, 0.596065 12.125 38.820602",
    "BICUBIC, ON, 3, 1.035794 12.718559 37.485275",
    "BILINEAR, OFF, 13, 0 0.423077 1.115385 2.961539",
    "BILINEAR, ON, 13, 0 0.423077 1.115385 2.961539",
    "BICUBIC, OFF, 13, -0.094091 0.181341 1.111121 2.517580",
    "BICUBIC, ON, 13, -0.073324 0.232998 1.078405 2.735207"
  })
  void should_resize_a_row_as_documented(
      Interpolation interpolation, Antialias antialias, int width, String expected) {
    NDArray row = manager.create(new float[] {0, 1, 4, 9, 16, 25, 36, 49}, new Shape(1, 1, 1, 8));
    double[] head = Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray();
    float[] across = Resize.to(row, 1, width, interpolation, antialias).toFloatArray();
    float[] down =
        Resize.to(row.reshape(1, 1, 8, 1), width, 1, interpolation, antialias).toFloatArray();
    TensorAssert.assertThat(Arrays.copyOf(across, head.length)).isWithinAbsolute(head, 2e-5);
    TensorAssert.assertThat(down).isWithinAbsolute(across, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "50, 37, 20, 27, 20",
    "37, 50, 20, 20, 27",
    "50, 37, 74, 100, 74",
    "300, 225, 224, 298, 224",
    "512, 512, 224, 224, 224",
    "225, 225, 224, 224, 224"
  })
  void should_resize_the_shorter_side(
      int height, int width, int size, int expectedHeight, int expectedWidth) {
    NDArray images = ParityGenerator.input(manager, 1, new Shape(1, 1, height, width));
    NDArray actual = Resize.shorterSide(images, size, Interpolation.BILINEAR, Antialias.OFF);
    assertThat(actual)
        .isEqualTo(
            Resize.to(
                images, expectedHeight, expectedWidth, Interpolation.BILINEAR, Antialias.OFF));
    assertThat(actual.getManager()).isSameAs(manager);
  }

  @Test
  void should_return_the_same_array_when_nothing_is_to_do() {
    NDArray images = manager.zeros(new Shape(2, 3, 9, 14));
    assertThat(Resize.to(images, 9, 14, Interpolation.BICUBIC, Antialias.ON)).isSameAs(images);
    assertThat(Resize.shorterSide(images, 9, Interpolation.BICUBIC, Antialias.ON)).isSameAs(images);
  }

  @Test
  void should_leave_only_the_result_behind() {
    NDArray images = manager.zeros(new Shape(2, 3, 9, 14));
    NDArray column = manager.zeros(new Shape(2, 3, 9, 1));
    LeakCheck.assertNoLeak(
        () -> {
          Resize.to(images, 5, 6, Interpolation.BICUBIC, Antialias.ON).close();
          Resize.to(column, 5, 1, Interpolation.BICUBIC, Antialias.ON).close();
          Resize.shorterSide(images, 4, Interpolation.BILINEAR, Antialias.OFF).close();
        });
  }
}
