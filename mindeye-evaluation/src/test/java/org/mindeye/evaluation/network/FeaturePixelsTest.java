// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.clip.ClipPreprocessing;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ColorStatistics;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** The way from images to pixels, number by number. */
class FeaturePixelsTest {
  private static final ColorStatistics PLAIN =
      new ColorStatistics(List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

  @FreshManager private NDManager manager;

  private NDArray images(int height, int width) {
    return ParityGenerator.input(manager, 3, new Shape(2, 3, height, width), 0.5, 0.5);
  }

  private static NDArray pixels(NDArray images, int side, Antialias antialias) {
    return new FeaturePixels(side, antialias, PLAIN).apply(ImageBatch.of(images));
  }

  /** Bilinear without antialiasing, one number at a time. */
  private static float[] resized(float[] x, int planes, int in, int out) {
    float[] y = new float[planes * out * out];
    double scale = (double) in / out;
    for (int i = 0; i < y.length; i++) {
      int plane = i / (out * out);
      double row = Math.max((i / out % out + 0.5) * scale - 0.5, 0);
      double column = Math.max((i % out + 0.5) * scale - 0.5, 0);
      int r = (int) row;
      int c = (int) column;
      int below = Math.min(r + 1, in - 1);
      int right = Math.min(c + 1, in - 1);
      double f = row - r;
      double g = column - c;
      int base = plane * in * in;
      y[i] =
          (float)
              ((1 - f) * ((1 - g) * x[base + r * in + c] + g * x[base + r * in + right])
                  + f * ((1 - g) * x[base + below * in + c] + g * x[base + below * in + right]));
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({"512, 255", "256, 224", "256, 342", "200, 224", "300, 256"})
  void should_resize_to_the_common_size_first(int in, int side) {
    NDArray images = images(in, in);
    float[] common = resized(images.toFloatArray(), 6, in, 256);
    float[] expected = side == 256 ? common : resized(common, 6, 256, side);

    NDArray found = pixels(images, side, Antialias.OFF);

    assertThat(found.getShape()).isEqualTo(new Shape(2, 3, side, side));
    // Positions are float32 in the engine, so that what is between two pixels differs a little.
    TensorAssert.assertThat(found).isWithinAbsolute(expected, 1e-4);
  }

  @Test
  void should_average_over_what_it_skips_where_it_is_to() {
    NDArray images = images(512, 512);
    NDArray off = pixels(images, 256, Antialias.OFF);
    NDArray on = pixels(images, 256, Antialias.ON);

    float[] x = images.toFloatArray();
    assertThat(off.getFloat(0, 0, 7, 9)).isCloseTo(weighted(x, 14, 18, 0, 1, 1, 0), near());
    assertThat(on.getFloat(0, 0, 7, 9)).isCloseTo(weighted(x, 14, 18, 1, 3, 3, 1), near());
  }

  private static Offset<Float> near() {
    return within(1e-5f);
  }

  /** Four rows and columns around a pair that becomes one pixel. */
  private static float weighted(float[] x, int row, int column, int... weights) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        double weight = weights[i] * weights[j];
        sum += weight * x[(row - 1 + i) * 512 + column - 1 + j];
        all += weight;
      }
    }
    return (float) (sum / all);
  }

  @Test
  void should_squeeze_what_is_not_square() {
    assertThat(pixels(images(20, 50), 224, Antialias.OFF).getShape())
        .isEqualTo(new Shape(2, 3, 224, 224));
  }

  @Test
  void should_normalise_by_what_the_network_was_trained_with() {
    NDArray images = images(256, 256);
    for (ColorStatistics colors : List.of(ColorStatistics.imageNet(), ClipPreprocessing.colors())) {
      NDArray found = new FeaturePixels(256, Antialias.OFF, colors).apply(ImageBatch.of(images));
      for (int color = 0; color < 3; color++) {
        float expected =
            (images.getFloat(1, color, 5, 6) - colors.mean().get(color))
                / colors.deviation().get(color);
        assertThat(found.getFloat(1, color, 5, 6)).isEqualTo(expected);
      }
    }
  }
}
