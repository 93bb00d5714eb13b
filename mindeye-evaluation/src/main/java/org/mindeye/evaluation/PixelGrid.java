// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.Interpolation;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The size at which pixels are compared. Scores of the same pictures on other grids are other
 * numbers, so a table names the grid it was made on.
 *
 * @param sides lengths that the shorter side is resized to, one after the other, bilinear; none
 *     compares the pixels as they are
 * @param antialias whether shrinking averages over the pixels it skips
 */
public record PixelGrid(List<Integer> sides, Antialias antialias) {
  /** The rounding of resizing may leave [0, 1] by so much. */
  private static final float ROUNDING = 1e-5f;

  /** Checks the lengths. */
  public PixelGrid {
    sides = List.copyOf(sides);
    Objects.requireNonNull(antialias, "antialias");
    sides.forEach(
        side -> {
          if (side < 1) {
            throw new IllegalArgumentException("sides: expected at least 1 but was " + side);
          }
        });
  }

  /**
   * The published evaluation: everything is first brought to 256, then to 425, without
   * antialiasing, as torchvision 0.15 resizes tensors.
   *
   * @return the grid of the paper's PixCorr and SSIM
   */
  public static PixelGrid paper() {
    return new PixelGrid(List.of(256, 425), Antialias.OFF);
  }

  /**
   * No resizing: both pictures must have the same size already.
   *
   * @return the grid of the pictures themselves
   */
  public static PixelGrid unchanged() {
    return new PixelGrid(List.of(), Antialias.OFF);
  }

  /** One picture on the heap: planes of red, green and blue, row by row. */
  record Pixels(String name, int height, int width, float[] values) {}

  /** Scores picture i of one batch with picture i of the other. */
  double[] each(ImageBatch seen, ImageBatch painted, ToDoubleBiFunction<Pixels, Pixels> score) {
    int count = seen.batch();
    if (painted.batch() != count) {
      throw new ShapeMismatchException(
          "painted: expected one image for each of the "
              + count
              + " seen ones but was "
              + painted.array().getShape());
    }
    return IntStream.range(0, count)
        .mapToDouble(i -> score(pixels("seen", seen, i), pixels("painted", painted, i), score))
        .toArray();
  }

  private static double score(Pixels a, Pixels b, ToDoubleBiFunction<Pixels, Pixels> score) {
    if (a.height != b.height || a.width != b.width) {
      throw new ShapeMismatchException(
          String.format(
              Locale.ROOT,
              "%s: expected %d x %d pixels as %s has but found %d x %d; compare on a grid that"
                  + " resizes, such as PixelGrid.paper()",
              b.name,
              a.height,
              a.width,
              a.name,
              b.height,
              b.width));
    }
    return score.applyAsDouble(a, b);
  }

  private Pixels pixels(String batch, ImageBatch images, int index) {
    String name = batch + " image " + index;
    try (CallScope scope = CallScope.open(images.array().getDevice())) {
      NDArray image = images.array().get(new NDIndex(index + ":" + (index + 1)));
      Finite.require(name, image, "repair it or leave it out");
      requireRange(name, image);
      for (int side : sides) {
        image = Resize.shorterSide(image, side, Interpolation.BILINEAR, antialias);
      }
      return new Pixels(
          name,
          Math.toIntExact(image.getShape().get(2)),
          Math.toIntExact(image.getShape().get(3)),
          image.toFloatArray());
    }
  }

  private static void requireRange(String name, NDArray image) {
    float low = image.min().getFloat();
    float high = image.max().getFloat();
    if (low < -ROUNDING || high > 1 + ROUNDING) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: expected values in [0, 1] but they reach from %.4g to %.4g; clamp what a"
                  + " decoder paints, divide bytes by 255",
              name,
              low,
              high));
    }
  }
}
