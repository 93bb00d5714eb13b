// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ImageBatch;

/**
 * How much a painted picture looks like the seen one, pixel by pixel.
 *
 * @param pixCorr see {@link PixCorr}; 0 where a picture has one color, for which a correlation is
 *     undefined: it says nothing about the other
 * @param ssim see {@link Ssim}
 */
public record PixelScores(double pixCorr, double ssim) {
  /** What differs by less has one color. */
  private static final double CONSTANT = 1e-5;

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
    double[] ssim = Ssim.on(grid, Ssim.Variant.PICTURE).each(seen, painted);
    PixCorr pixCorr = PixCorr.on(grid);
    List<PixelScores> scores = new ArrayList<>();
    try (CallScope scope = CallScope.open(seen.array().getDevice())) {
      double[] spread = Readback.of(spread(seen.array()).minimum(spread(painted.array())));
      for (int i = 0; i < ssim.length; i++) {
        NDIndex row = new NDIndex("{}:{}", i, i + 1);
        double correlation =
            spread[i] < CONSTANT
                ? 0
                : pixCorr
                    .each(
                        ImageBatch.of(seen.array().get(row)),
                        ImageBatch.of(painted.array().get(row)))[0];
        scores.add(new PixelScores(correlation, ssim[i]));
      }
    }
    return scores;
  }

  /** The largest level less the smallest, of each image. */
  private static NDArray spread(NDArray images) {
    NDArray rows = images.reshape(images.getShape().get(0), -1);
    int[] levels = {1};
    return rows.max(levels).sub(rows.min(levels));
  }
}
