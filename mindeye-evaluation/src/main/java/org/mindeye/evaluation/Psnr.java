// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Objects;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.PixelGrid.Comparison;
import org.mindeye.evaluation.PixelGrid.Pixels;

/**
 * Peak signal-to-noise ratio: {@code -10 log10} of the mean squared error of all pixel values in
 * [0, 1], in dB, in float64; scikit-image's {@code peak_signal_noise_ratio} with a data range of 1.
 * It is how autoencoders are compared. Reconstructions from brains are compared by {@link PixCorr}.
 */
public final class Psnr {
  private static final double DECIBELS = 10;

  private final PixelGrid grid;

  private Psnr(PixelGrid grid) {
    this.grid = grid;
  }

  /**
   * The metric of pixels of a size.
   *
   * @param grid where the pixels are compared; usually {@link PixelGrid#unchanged()}
   * @return the metric
   */
  public static Psnr on(PixelGrid grid) {
    return new Psnr(Objects.requireNonNull(grid, "grid"));
  }

  /**
   * Scores each picture; the mean of these is what is usually given.
   *
   * @param seen {@code [batch, 3, height, width]} in [0, 1]
   * @param painted as many reconstructions, {@code [batch, 3, height, width]} in [0, 1], clamped
   * @return dB for each pair, in their order; positive infinity for equal pictures
   * @throws IllegalArgumentException if values leave [0, 1]
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the batches or, on the grid, the
   *     pictures differ in size
   */
  public double[] each(ImageBatch seen, ImageBatch painted) {
    return grid.each(seen, painted, new Comparison<>(pixels -> pixels, Psnr::decibels));
  }

  private static double decibels(Pixels a, Pixels b) {
    double sum = 0;
    for (int i = 0; i < a.values().length; i++) {
      double error = (double) a.values()[i] - b.values()[i];
      sum += error * error;
    }
    return -DECIBELS * Math.log10(sum / a.values().length);
  }
}
