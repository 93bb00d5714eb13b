// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import org.mindeye.core.engine.Alive;
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

  /**
   * Brings images to this size.
   *
   * @param images {@code [batch, 3, height, width]} in [0, 1]
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, new height, new width]}, a copy even if there was nothing to do
   */
  public ImageBatch resize(ImageBatch images, NDManager owner) {
    Alive.require("owner", owner);
    try (CallScope scope = CallScope.open(images.array().getDevice())) {
      return ImageBatch.of(scope.keep(resized(images.array().duplicate()), owner));
    }
  }

  private NDArray resized(NDArray images) {
    NDArray resized = images;
    for (int side : sides) {
      resized = Resize.shorterSide(resized, side, Interpolation.BILINEAR, antialias);
    }
    return resized;
  }

  /** One picture on the heap: planes of red, green and blue, row by row. */
  record Pixels(String name, int height, int width, float[] values) {}

  /** A metric in two parts: what it computes once for each picture, and then for each pair. */
  record Comparison<P>(Function<Pixels, P> picture, ToDoubleBiFunction<P, P> pair) {
    double score(Pixels seen, Pixels painted) {
      return pair.applyAsDouble(picture.apply(seen), picture.apply(painted));
    }
  }

  /** Scores picture i of one batch with picture i of the other. */
  <P> double[] each(ImageBatch seen, ImageBatch painted, Comparison<P> metric) {
    return each(seen, painted, metric::score).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Scores picture i of one batch with picture i of the other, each resized once. */
  <S> List<S> each(ImageBatch seen, ImageBatch painted, BiFunction<Pixels, Pixels, S> score) {
    int count = seen.batch();
    if (painted.batch() != count) {
      throw new ShapeMismatchException(
          "painted: expected one image for each of the "
              + count
              + " seen ones but was "
              + painted.array().getShape());
    }
    List<S> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Pixels a = pixels("seen", seen, i);
      Pixels b = pixels("painted", painted, i);
      requireSameSize(a, b);
      scores.add(score.apply(a, b));
    }
    return scores;
  }

  /** Scores every picture of one batch with every picture of the other: {@code [seen, painted]}. */
  <P> double[][] cross(ImageBatch seen, ImageBatch painted, Comparison<P> metric) {
    Pixels first = pixels("seen", seen, 0);
    List<P> rows = prepared("seen", seen, first, metric);
    List<P> columns = prepared("painted", painted, first, metric);
    double[][] scores = new double[rows.size()][columns.size()];
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < columns.size(); j++) {
        scores[i][j] = metric.pair.applyAsDouble(rows.get(i), columns.get(j));
      }
    }
    return scores;
  }

  private <P> List<P> prepared(
      String batch, ImageBatch images, Pixels first, Comparison<P> metric) {
    List<P> prepared = new ArrayList<>();
    for (int i = 0; i < images.batch(); i++) {
      Pixels pixels = pixels(batch, images, i);
      requireSameSize(first, pixels);
      prepared.add(metric.picture.apply(pixels));
    }
    return prepared;
  }

  private static void requireSameSize(Pixels a, Pixels b) {
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
  }

  private Pixels pixels(String batch, ImageBatch images, int index) {
    String name = batch + " image " + index;
    try (CallScope scope = CallScope.open(images.array().getDevice())) {
      NDArray image = images.array().get(new NDIndex(index + ":" + (index + 1)));
      Finite.require(name, image, "repair it or leave it out");
      requireRange(name, image);
      image = resized(image);
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
