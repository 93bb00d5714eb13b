// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.TrialImage;

/**
 * One picture on the heap.
 *
 * @param size of it
 * @param values {@code [3, height, width]}, red, green, blue
 */
record PicturePixels(PictureSize size, float[] values) {
  private static final int LEVELS = 255;

  /** Decodes a picture; its levels become [0, 1]. */
  static PicturePixels of(TrialImage image) {
    return new PicturePixels(new PictureSize(image.height(), image.width()), image.toFloats());
  }

  /** {@code [1, 3, height, width]}. */
  ImageBatch toBatch(NDManager owner) {
    return ImageBatches.ofPixels(new float[][] {values}, size.height(), size.width(), owner);
  }

  /** For pages: what lies outside [0, 1] is clamped. */
  BufferedImage toBufferedImage() {
    int plane = size.height() * size.width();
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < plane; i++) {
      int color = level(i) << 16 | level(plane + i) << 8 | level(2 * plane + i);
      image.setRGB(i % size.width(), i / size.width(), color);
    }
    return image;
  }

  private int level(int at) {
    return Math.round(LEVELS * Math.min(1, Math.max(0, values[at])));
  }
}
