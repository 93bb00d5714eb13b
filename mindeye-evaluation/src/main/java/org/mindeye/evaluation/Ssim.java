// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Locale;
import java.util.Objects;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.PixelGrid.Comparison;
import org.mindeye.evaluation.PixelGrid.Pixels;

/**
 * Structural similarity (Wang et al., 2004) of gray pictures as scikit-image computes it with
 * {@code gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1}: a Gaussian
 * window of 11 x 11 pixels, averaged over the pixels whose window lies inside the picture.
 */
public final class Ssim {
  private static final double SIGMA = 1.5;
  private static final int RADIUS = 5;
  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;
  private static final double[] WINDOW = window();

  /** What the published call computes depends on the version of scikit-image. */
  public enum Variant {
    /** The picture as a whole: scikit-image 0.20 and later, which the paper used. */
    PICTURE,
    /**
     * Each column of pixels by itself: what {@code multichannel=True} means to scikit-image up to
     * 0.19 for a gray picture. For tables next to papers that used those versions.
     */
    COLUMNS
  }

  private final PixelGrid grid;
  private final Variant variant;

  private Ssim(PixelGrid grid, Variant variant) {
    this.grid = grid;
    this.variant = variant;
  }

  /**
   * As published: the whole picture, on {@link PixelGrid#paper()}.
   *
   * @return the paper's metric
   */
  public static Ssim paper() {
    return on(PixelGrid.paper(), Variant.PICTURE);
  }

  /**
   * On pixels of another size, or column by column.
   *
   * @param grid where the pixels are compared
   * @param variant what a window covers
   * @return the metric
   */
  public static Ssim on(PixelGrid grid, Variant variant) {
    return new Ssim(
        Objects.requireNonNull(grid, "grid"), Objects.requireNonNull(variant, "variant"));
  }

  /**
   * Scores each picture; the published figure is the mean.
   *
   * @param seen {@code [batch, 3, height, width]} in [0, 1]
   * @param painted as many reconstructions, {@code [batch, 3, height, width]} in [0, 1], clamped
   * @return a similarity in [-1, 1] for each pair, in their order; 1 for equal pictures
   * @throws IllegalArgumentException if values leave [0, 1]
   * @throws ShapeMismatchException if the batches or, on the grid, the pictures differ in size, or
   *     a picture is smaller than the window
   */
  public double[] each(ImageBatch seen, ImageBatch painted) {
    return grid.each(seen, painted, comparison());
  }

  /**
   * Scores every picture with every reconstruction, for tests of chance. What belongs to one
   * picture is computed once.
   *
   * @param seen {@code [batch, 3, height, width]} in [0, 1]
   * @param painted {@code [other batch, 3, height, width]} in [0, 1], clamped
   * @return {@code [batch, other batch]}, similarities in [-1, 1]. The heap holds all pictures at
   *     once, three planes of float64 each: 4.3 MB on the paper's grid
   * @throws IllegalArgumentException if values leave [0, 1]
   * @throws ShapeMismatchException if, on the grid, the pictures differ in size, or a picture is
   *     smaller than the window
   */
  public double[][] cross(ImageBatch seen, ImageBatch painted) {
    return grid.cross(seen, painted, comparison());
  }

  Comparison<?> comparison() {
    return new Comparison<Windows>(this::windows, this::similarity);
  }

  /** A picture, and in the window around each pixel the mean and the mean square. */
  private record Windows(Plane gray, double[] mean, double[] square) {}

  private Windows windows(Pixels pixels) {
    if (pixels.height() <= 2 * RADIUS
        || variant == Variant.PICTURE && pixels.width() <= 2 * RADIUS) {
      throw new ShapeMismatchException(
          String.format(
              Locale.ROOT,
              "%s: expected at least %d pixels a side, the size of the window, but was %d x %d",
              pixels.name(),
              2 * RADIUS + 1,
              pixels.height(),
              pixels.width()));
    }
    Plane gray = gray(pixels);
    return new Windows(gray, smooth(gray).values, smooth(gray.times(gray)).values);
  }

  private double similarity(Windows x, Windows y) {
    double[] xy = smooth(x.gray.times(y.gray)).values;
    double sum = 0;
    for (int i = 0; i < xy.length; i++) {
      double product = x.mean[i] * y.mean[i];
      double squares = x.mean[i] * x.mean[i] + y.mean[i] * y.mean[i];
      sum +=
          (2 * product + C1)
              * (2 * (xy[i] - product) + C2)
              / ((squares + C1) * (x.square[i] + y.square[i] - squares + C2));
    }
    return sum / xy.length;
  }

  /** Gray values, row by row. */
  private record Plane(int height, int width, double[] values) {
    Plane times(Plane other) {
      double[] product = new double[values.length];
      for (int i = 0; i < product.length; i++) {
        product[i] = values[i] * other.values[i];
      }
      return new Plane(height, width, product);
    }

    /** Weighted sums of 11 rows, for the rows that have all of their neighbors. */
    Plane downwards() {
      Plane result = of(height - 2 * RADIUS, width);
      for (int i = 0; i < result.values.length; i++) {
        for (int k = 0; k < WINDOW.length; k++) {
          result.values[i] += WINDOW[k] * values[i + k * width];
        }
      }
      return result;
    }

    /** The same for columns. */
    Plane sideways() {
      Plane result = of(height, width - 2 * RADIUS);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < result.width; x++) {
          double sum = 0;
          for (int k = 0; k < WINDOW.length; k++) {
            sum += WINDOW[k] * values[y * width + x + k];
          }
          result.values[y * result.width + x] = sum;
        }
      }
      return result;
    }

    private static Plane of(int height, int width) {
      return new Plane(height, width, new double[height * width]);
    }
  }

  private Plane smooth(Plane plane) {
    Plane rows = plane.downwards();
    return variant == Variant.COLUMNS ? rows : rows.sideways();
  }

  private static Plane gray(Pixels pixels) {
    int size = pixels.height() * pixels.width();
    float[] rgb = pixels.values();
    double[] gray = new double[size];
    for (int i = 0; i < size; i++) {
      gray[i] = 0.2125 * rgb[i] + 0.7154 * rgb[size + i] + 0.0721 * rgb[2 * size + i];
    }
    return new Plane(pixels.height(), pixels.width(), gray);
  }

  private static double[] window() {
    double[] weights = new double[2 * RADIUS + 1];
    double sum = 0;
    for (int k = -RADIUS; k <= RADIUS; k++) {
      weights[k + RADIUS] = Math.exp(-k * k / (2 * SIGMA * SIGMA));
      sum += weights[k + RADIUS];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }
}
