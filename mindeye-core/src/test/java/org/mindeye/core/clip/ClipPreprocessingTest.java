// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.Interpolation;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class ClipPreprocessingTest {
  @FreshManager private NDManager manager;

  @Test
  void should_default_to_the_published_setting() {
    assertThat(ClipPreprocessing.paper()).isEqualTo(new ClipPreprocessing(224, Antialias.OFF));
    assertThat(ClipPreprocessing.of(ClipFixtures.MINI))
        .isEqualTo(new ClipPreprocessing(56, Antialias.OFF));
  }

  @Test
  void should_only_normalise_images_of_the_right_size() {
    ImageBatch images = ClipFixtures.images(manager, 5, 2, 16, 16);
    float[] before = images.array().toFloatArray();
    float[] after = apply(16, images).toFloatArray();
    for (int i = 0; i < before.length; i++) {
      int channel = i / 256 % 3;
      float centred = before[i] - ClipPreprocessing.MEAN.get(channel);
      assertThat(after[i]).isEqualTo(centred / ClipPreprocessing.DEVIATION.get(channel));
    }
    assertThat(images.array().toFloatArray()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"256, 256", "300, 225", "225, 301", "100, 57", "23, 224", "224, 225", "512, 1023"})
  void should_make_squares_of_any_size(long height, long width) {
    ImageBatch images = ClipFixtures.images(manager, 5, 1, height, width);
    assertThat(apply(224, images).getShape()).isEqualTo(new Shape(1, 3, 224, 224));
  }

  /** Surplus 1, 3, 5, 7 halves to 0.5, 1.5, 2.5, 3.5: the even neighbour is taken. */
  @ParameterizedTest
  @CsvSource({"5, 0", "7, 2", "9, 2", "11, 4", "6, 1", "8, 2"})
  void should_crop_the_centre_rounding_half_to_even(int length, int offset) {
    NDArray ramp = manager.arange(length).toType(DataType.FLOAT32, true);
    NDArray wide = ramp.reshape(1, 1, 1, length).broadcast(new Shape(1, 3, 4, length));
    NDArray tall = wide.transpose(0, 1, 3, 2);
    float[] columns = restored(apply(4, ImageBatch.of(wide)));
    float[] rows = restored(apply(4, ImageBatch.of(tall)));
    for (int i = 0; i < 4; i++) {
      assertThat(Math.round(columns[i])).isEqualTo(offset + i);
      assertThat(Math.round(rows[4 * i])).isEqualTo(offset + i);
    }
  }

  @Test
  void should_resize_bicubic_before_cropping() {
    ImageBatch images = ClipFixtures.images(manager, 6, 1, 60, 45);
    NDArray resized =
        Resize.to(images.array(), 26, 20, Interpolation.BICUBIC, Antialias.OFF).get(":, :, 3:23");
    TensorAssert.assertThat(restored(apply(20, images)))
        .isWithinAbsolute(resized.toFloatArray(), 1e-6);
  }

  @Test
  void should_follow_the_antialiasing_setting() {
    ImageBatch images = ClipFixtures.images(manager, 6, 1, 40, 40);
    ClipPreprocessing smooth = new ClipPreprocessing(20, Antialias.OFF).withAntialias(Antialias.ON);
    NDArray resized = Resize.to(images.array(), 20, 20, Interpolation.BICUBIC, Antialias.ON);
    TensorAssert.assertThat(restored(smooth.apply(images).array()))
        .isWithinAbsolute(resized.toFloatArray(), 1e-6);
  }

  @Test
  void should_keep_the_precision_of_the_images() {
    NDArray wide = manager.zeros(new Shape(1, 3, 8, 8), DataType.FLOAT64);
    assertThat(apply(8, ImageBatch.of(wide)).getDataType()).isEqualTo(DataType.FLOAT64);
  }

  @Test
  void should_refuse_a_size_below_one() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClipPreprocessing(0, Antialias.OFF))
        .withMessage("size: expected at least 1 but was 0");
  }

  @Test
  void should_leave_only_the_pixels_behind() {
    ImageBatch images = ClipFixtures.images(manager, 6, 1, 60, 45);
    ImageBatch fitting = ClipFixtures.images(manager, 6, 1, 20, 20);
    LeakCheck.assertNoLeak(
        () -> {
          apply(20, images).close();
          apply(20, fitting).close();
        });
  }

  private static NDArray apply(int size, ImageBatch images) {
    ClipPixels pixels = new ClipPreprocessing(size, Antialias.OFF).apply(images);
    assertThat(pixels.array().getManager()).isSameAs(images.array().getManager());
    return pixels.array();
  }

  private float[] restored(NDArray pixels) {
    return pixels
        .mul(ClipFixtures.perChannel(manager, ClipPreprocessing.DEVIATION))
        .add(ClipFixtures.perChannel(manager, ClipPreprocessing.MEAN))
        .toFloatArray();
  }
}
