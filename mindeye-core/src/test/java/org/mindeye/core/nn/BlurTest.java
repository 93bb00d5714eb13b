// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/**
 * Expected numbers: kornia 0.6.12's formulas (a convolution that picks each pixel of a window, then
 * {@code median}; two convolutions behind {@code reflect} padding) in PyTorch 2.13.0 on the image
 * below. Gradients are those of a weighted sum, with weights 0, 0.1, 0.2, …
 */
class BlurTest {
  private static final Shape SHAPE = new Shape(1, 2, 4, 5);
  private static final int PIXELS = 40;

  @FreshManager private NDManager manager;

  /** Values of no two pixels are alike. */
  private NDArray image() {
    float[] pixels = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = (i * 7919 % 101 + 1) / 101f;
    }
    return Torch.copy(manager, pixels, SHAPE);
  }

  private float[] slopes(UnaryOperator<NDArray> blur) {
    NDArray x = image();
    x.setRequiresGradient(true);
    float[] weights = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      weights[i] = i / 10f;
    }
    try (GradMode on = GradMode.on()) {
      NDArray sum = blur.apply(x).mul(Torch.copy(manager, weights, SHAPE)).sum();
      return Gradients.of(sum, List.of(x)).get(0).toFloatArray();
    }
  }

  private static int[] times101(NDArray y) {
    float[] values = y.toFloatArray();
    return IntStream.range(0, values.length).map(i -> Math.round(101 * values[i])).toArray();
  }

  @Test
  void should_choose_the_middle_value_and_see_zeros_outside() {
    NDArray small = Blur.median(image(), 3);
    assertThat(small.getShape()).isEqualTo(SHAPE);
    assertThat(times101(small))
        .containsExactly(
            0, 4, 26, 26, 0, 4, 45, 45, 67, 26, 7, 48, 48, 70, 29, 0, 10, 32, 32, 0, //
            0, 16, 38, 38, 0, 16, 57, 57, 79, 38, 19, 57, 57, 79, 41, 0, 19, 41, 41, 0);
    assertThat(times101(Blur.median(image(), 5)))
        .containsExactly(
            0, 0, 7, 0, 0, 0, 10, 32, 32, 0, 0, 10, 32, 32, 0, 0, 0, 10, 0, 0, //
            0, 0, 19, 0, 0, 0, 19, 41, 41, 0, 0, 19, 41, 41, 0, 0, 0, 19, 0, 0);
    assertThat(Blur.median(image(), 1)).isEqualTo(image());
  }

  @Test
  void should_send_the_gradient_of_a_median_to_the_chosen_pixel() {
    assertThat(slopes(x -> Blur.median(x, 3)))
        .containsExactly(
            new float[] {
              0, 0, 0, 0, 0, 0.6f, 1.3f, 0, 1.4f, 0.8f, 1, 2.3f, 0, 1.4f, 1.3f, 1.6f, 0, 0, 3.5f, 0,
              0, 0, 0, 0, 0, 4.6f, 11.6f, 0, 7.4f, 6.1f, 6.6f, 0, 0, 10.9f, 0, 0, 0, 0, 0, 0
            },
            within(1e-5f));
  }

  @Test
  void should_weigh_neighbors_and_mirror_the_image() {
    assertThat(Blur.gaussian(image(), 5, 0.8).toFloatArray())
        .containsExactly(
            new float[] {
              0.24721f, 0.4279f, 0.58752f, 0.47654f, 0.47257f, 0.26204f, 0.44272f, 0.60235f,
              0.49137f, 0.4874f, 0.28914f, 0.46982f, 0.62944f, 0.51846f, 0.51449f, 0.30396f,
              0.48464f, 0.64427f, 0.53329f, 0.52932f, 0.36603f, 0.54671f, 0.70633f, 0.59535f,
              0.59138f, 0.37989f, 0.55652f, 0.71021f, 0.60517f, 0.60525f, 0.39793f, 0.53641f,
              0.6342f, 0.58506f, 0.62328f, 0.40088f, 0.4894f, 0.51396f, 0.53805f, 0.62624f
            },
            within(1e-5f));
    assertThat(slopes(x -> Blur.gaussian(x, 5, 0.8)))
        .containsExactly(
            new float[] {
              0.1225f, 0.2455f, 0.2986f, 0.4574f, 0.3064f, 0.4499f, 0.8121f, 0.8402f, 1.1656f,
              0.7567f, 1.0241f, 1.7532f, 1.6398f, 2.1066f, 1.3309f, 0.7611f, 1.2922f, 1.188f,
              1.504f, 0.945f, 1.2462f, 2.0872f, 1.8635f, 2.2991f, 1.4301f, 2.3245f, 3.8845f,
              3.4508f, 4.2379f, 2.6313f, 2.8987f, 4.8256f, 4.2504f, 5.179f, 3.2055f, 1.8848f,
              3.1339f, 2.7528f, 3.3457f, 2.0687f
            },
            within(1e-4f));
  }

  @Test
  void should_keep_the_type() {
    NDArray doubles = image().toType(DataType.FLOAT64, false);
    assertThat(Blur.gaussian(doubles, 3, 1).getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(Blur.median(doubles, 3).getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(Blur.taps(3, 1e-3)).containsExactly(0, 1, 0);
  }

  @Test
  void should_refuse_windows_without_a_middle_and_images_that_cannot_be_mirrored() {
    assertThatThrownBy(() -> Blur.median(image(), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("side: expected an odd number from 1 but was 4");
    assertThatThrownBy(() -> Blur.gaussian(image(), 0, 1))
        .hasMessage("taps: expected an odd number from 1 but was 0");
    assertThatThrownBy(() -> Blur.gaussian(image(), 3, 0))
        .hasMessage("sigma: expected a positive number but was 0.0");
    assertThatThrownBy(() -> Blur.gaussian(image(), 9, 1))
        .hasMessageStartingWith(
            "images: expected sides of more than 4 pixels, which 9 taps mirror");
  }

  @Test
  void should_not_leak() {
    NDArray x = image();
    LeakCheck.assertNoLeak(
        () -> {
          Blur.median(x, 3).close();
          Blur.gaussian(x, 3, 1).close();
        });
  }
}
