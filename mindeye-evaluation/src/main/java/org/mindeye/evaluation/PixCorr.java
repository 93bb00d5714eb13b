// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.PixelGrid.Comparison;
import org.mindeye.evaluation.PixelGrid.Pixels;

/**
 * Pixel correlation, "PixCorr" in the paper's table 1: the Pearson correlation of all pixel values
 * of a picture with those of its reconstruction, in float64.
 */
public final class PixCorr {
  /** Where the deviation from the mean is rounding, a picture is one gray throughout. */
  private static final double CONSTANT = 1e-6;

  private final PixelGrid grid;

  private PixCorr(PixelGrid grid) {
    this.grid = grid;
  }

  /**
   * As published: on {@link PixelGrid#paper()}.
   *
   * @return the paper's metric
   */
  public static PixCorr paper() {
    return on(PixelGrid.paper());
  }

  /**
   * On pixels of another size.
   *
   * @param grid where the pixels are compared
   * @return the metric
   */
  public static PixCorr on(PixelGrid grid) {
    return new PixCorr(Objects.requireNonNull(grid, "grid"));
  }

  /**
   * Scores each picture; the published figure is the mean.
   *
   * @param seen {@code [batch, 3, height, width]} in [0, 1]
   * @param painted as many reconstructions, {@code [batch, 3, height, width]} in [0, 1], clamped
   * @return a correlation in [-1, 1] for each pair, in their order
   * @throws IllegalArgumentException if values leave [0, 1]
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the batches or, on the grid, the
   *     pictures differ in size
   * @throws MindEyeException if a picture is one gray throughout, so that the correlation is
   *     undefined
   */
  public double[] each(ImageBatch seen, ImageBatch painted) {
    return grid.each(seen, painted, new Comparison<>(PixCorr::requireColors, Centred::correlation));
  }

  /**
   * Scores every picture with every reconstruction, for tests of chance.
   *
   * @param seen {@code [batch, 3, height, width]} in [0, 1]
   * @param painted {@code [other batch, 3, height, width]} in [0, 1], clamped
   * @return {@code [batch, other batch]}, correlations in [-1, 1]; NaN where a picture is one gray
   *     throughout. The heap holds all pictures at once in float64: 4.3 MB each on the paper's grid
   * @throws IllegalArgumentException if values leave [0, 1]
   * @throws org.mindeye.core.tensor.ShapeMismatchException if, on the grid, the pictures differ in
   *     size
   */
  public double[][] cross(ImageBatch seen, ImageBatch painted) {
    return grid.cross(seen, painted, comparison());
  }

  /** NaN where it is undefined. */
  static Comparison<Centred> comparison() {
    return new Comparison<>(PixCorr::centred, Centred::correlation);
  }

  private static Centred requireColors(Pixels pixels) {
    Centred centred = centred(pixels);
    if (centred.isConstant()) {
      throw new MindEyeException(
          pixels.name() + " is constant, so its correlation is undefined; leave it out");
    }
    return centred;
  }

  private static Centred centred(Pixels pixels) {
    float[] values = pixels.values();
    Centred centred =
        Centred.of(IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray());
    boolean isGray = Arrays.stream(centred.values()).allMatch(x -> Math.abs(x) < CONSTANT);
    return isGray ? centred.constant() : centred;
  }
}
