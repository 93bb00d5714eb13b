// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.List;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.evaluation.PixelGrid.Comparison;

/**
 * How much a painted picture looks like the seen one, pixel by pixel.
 *
 * @param pixCorr see {@link PixCorr}; 0 where a picture is one gray throughout, for which a
 *     correlation is undefined: it says nothing about the other
 * @param ssim see {@link Ssim}
 */
public record PixelScores(double pixCorr, double ssim) {
  /**
   * Scores each picture.
   *
   * @param seen {@code [batch, 3, height, width]} in [0, 1]
   * @param painted as many reconstructions, {@code [batch, 3, height, width]} in [0, 1], clamped
   * @param grid where the pixels are compared
   * @return the scores of each pair, in their order
   * @throws IllegalArgumentException if values leave [0, 1]
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the batches or, on the grid, the
   *     pictures differ in size, or a picture is smaller than the window of {@link Ssim}
   */
  public static List<PixelScores> each(ImageBatch seen, ImageBatch painted, PixelGrid grid) {
    Comparison<?> pixCorr = PixCorr.comparison();
    Comparison<?> ssim = Ssim.on(grid, Ssim.Variant.PICTURE).comparison();
    return grid.each(
        seen,
        painted,
        (a, b) -> new PixelScores(orUnrelated(pixCorr.score(a, b)), ssim.score(a, b)));
  }

  private static double orUnrelated(double correlation) {
    return Double.isNaN(correlation) ? 0 : correlation;
  }
}
