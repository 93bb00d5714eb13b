// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.internal.kernel.Resize;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ColorStatistics;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.Interpolation;

/**
 * From images to what a network reads: everything becomes 256 x 256 first, then as large as the
 * network sees it, bilinear both times, for CLIP too. Nothing is cropped, other than by the
 * networks' own transforms, and nothing clamped.
 *
 * @param side pixels per side of the result
 * @param antialias whether shrinking averages
 * @param colors what the network was trained with
 */
record FeaturePixels(int side, Antialias antialias, ColorStatistics colors) {
  /** The size at which the original keeps what it compares. */
  private static final int COMMON = 256;

  /** {@code [batch, 3, height, width]} to {@code [batch, 3, side, side]}, of the same manager. */
  NDArray apply(ImageBatch images) {
    return colors.normalize(ImageBatch.of(square(square(images.array(), COMMON), side)));
  }

  private NDArray square(NDArray images, int length) {
    return Resize.to(images, length, length, Interpolation.BILINEAR, antialias);
  }
}
