// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * The loss that CLIP itself is trained with (Radford et al. 2021, figure 3): images find their
 * texts among all of the batch, and texts their images. Both towers learn, and so does the
 * temperature. Unlike CLIP's, a text may fit several images of a batch, as short texts do: what it
 * has to find is then any of them.
 *
 * <p>With {@code S = s I T'}, {@code s = min(exp(logScale), 100)} and matches {@code M}:
 *
 * <pre>-1/(2B) sum_ij M[i,j] ( logsoftmax_row(S)[i,j] / sum_k M[i,k]
 *                     + logsoftmax_column(S)[i,j] / sum_k M[k,j] )</pre>
 */
public final class TwoTowerLoss {
  /** Where the logarithm of the scale begins: that of 1 / 0.07, as published. */
  public static final double PUBLISHED_LOG_SCALE = Math.log(1 / 0.07);

  /** What the scale is limited to, as published. */
  private static final double LARGEST_SCALE = 100;

  private static final int[] OVER_COLUMNS = {1};
  private static final int[] OVER_ROWS = {0};

  private TwoTowerLoss() {}

  /**
   * Computes the loss without looking at its value. Gradients flow to the vectors and the scale.
   *
   * @param images {@code [batch, width]}, unit rows, at least two
   * @param texts {@code [batch, width]}, unit rows, in the order of the images
   * @param logScale {@code []}, the logarithm of what similarities are multiplied by
   * @param matches {@code [batch, batch]}, of the vectors' type: 1 where the image of the row fits
   *     the text of the column, else 0; every image fits its own text
   * @return a scalar, owned by the images' manager; NaN or infinite if an argument is
   * @throws ShapeMismatchException if shapes or types differ, or there are fewer than two samples
   */
  public static NDArray evaluateUnchecked(
      ClipVectors images, ClipVectors texts, NDArray logScale, NDArray matches) {
    Border.requireComparable("images", images, "texts", texts);
    Shape square = new Shape(images.batch(), images.batch());
    if (!matches.getShape().equals(square)) {
      throw new ShapeMismatchException(
          "matches: expected [image, text] " + square + " but was " + matches.getShape());
    }
    requireScalar(logScale);
    return Temporaries.freed(
        () -> {
          NDArray logits = scaled(images, texts, logScale);
          return ContrastiveCrossEntropy.of(
              logits,
              matches.div(matches.sum(OVER_COLUMNS, true)),
              matches.div(matches.sum(OVER_ROWS, true)));
        });
  }

  /**
   * What the loss compares, for losses of your own: scaled cosines. Gradients flow to all three.
   *
   * @param images {@code [images, width]}, unit rows
   * @param texts {@code [texts, width]}, unit rows
   * @param logScale {@code []}, the logarithm of what similarities are multiplied by, at most 100
   * @return {@code [images, texts]}, owned by the images' manager
   * @throws ShapeMismatchException if widths differ or the scale is no scalar
   */
  public static NDArray similarities(ClipVectors images, ClipVectors texts, NDArray logScale) {
    if (images.width() != texts.width()) {
      throw new ShapeMismatchException(
          "texts: expected vectors as wide as the images', "
              + images.width()
              + ", but was "
              + texts.width());
    }
    requireScalar(logScale);
    return Temporaries.freed(() -> scaled(images, texts, logScale));
  }

  private static void requireScalar(NDArray logScale) {
    if (logScale.getShape().dimension() != 0) {
      throw new ShapeMismatchException(
          "logScale: expected a scalar [] but was " + logScale.getShape());
    }
  }

  private static NDArray scaled(ClipVectors images, ClipVectors texts, NDArray logScale) {
    NDArray scale = logScale.exp().minimum(Torch.scalar(logScale, LARGEST_SCALE));
    return images.array().matMul(texts.array().transpose()).mul(scale);
  }
}
