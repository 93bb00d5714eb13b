// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class PsnrTest {
  private static final Psnr PSNR = Psnr.on(PixelGrid.unchanged());

  @FreshManager private NDManager manager;

  private ImageBatch flat(float... levels) {
    float[] pixels = new float[levels.length * 12];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = levels[i / 12];
    }
    return ImageBatch.of(Torch.copy(manager, pixels, new Shape(levels.length, 3, 2, 2)));
  }

  /** A tenth off everywhere is a mean squared error of a hundredth. */
  @Test
  void should_be_decibels_of_each_picture() {
    assertThat(PSNR.each(flat(0.5f, 0.2f, 0), flat(0.6f, 0.19f, 1)))
        .containsExactly(new double[] {20, 40, 0}, within(1e-4));
  }

  @Test
  void should_average_the_squares_of_all_colors_and_positions() {
    float[] one = new float[12];
    one[7] = 0.6f;
    ImageBatch painted = ImageBatch.of(Torch.copy(manager, one, new Shape(1, 3, 2, 2)));
    assertThat(PSNR.each(flat(0), painted))
        .containsExactly(new double[] {10 * Math.log10(12 / 0.36)}, within(1e-5));
  }

  @Test
  void should_be_infinite_for_equal_pictures() {
    assertThat(PSNR.each(flat(0.25f), flat(0.25f))).containsExactly(Double.POSITIVE_INFINITY);
  }

  @Test
  void should_refuse_what_cannot_be_compared() {
    assertThatThrownBy(() -> PSNR.each(flat(0.5f), flat(1.5f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("painted image 0: expected values in [0, 1]");
    assertThatThrownBy(() -> PSNR.each(flat(0.5f), flat(0.5f, 0.5f)))
        .isInstanceOf(ShapeMismatchException.class);
  }

  @Test
  void should_leave_nothing_behind() {
    ImageBatch seen = flat(0.5f, 0.25f);
    ImageBatch painted = flat(0.4f, 0.3f);
    LeakCheck.assertNoLeak(() -> PSNR.each(seen, painted));
  }
}
