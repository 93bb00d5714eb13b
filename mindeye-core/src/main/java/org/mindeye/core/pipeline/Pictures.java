// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/** Planes of numbers as pictures of 8 bits per channel. */
public final class Pictures {
  private Pictures() {}

  /**
   * All pictures of a batch, clamped to [0, 1] and rounded to 8 bits.
   *
   * @param images {@code [batch, 3, height, width]}, red, green, blue
   * @return one for each, new images of {@link BufferedImage#TYPE_INT_RGB}
   * @throws NotFiniteException if a pixel is NaN
   */
  public static List<BufferedImage> of(ImageBatch images) {
    float[] all = images.array().toFloatArray();
    int size = 3 * images.height() * images.width();
    return IntStream.range(0, images.batch())
        .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size))
        .map(planes -> ofPlanes(planes, images.height(), images.width()))
        .toList();
  }

  /**
   * Clamps to [0, 1] and rounds to 8 bits.
   *
   * @param planes red, green and blue plane, each row by row
   */
  static BufferedImage ofPlanes(float[] planes, int height, int width) {
    if (planes.length != 3L * height * width) {
      throw new ShapeMismatchException(
          "image: expected 3 planes of "
              + height
              + " x "
              + Plural.of(width, "number")
              + " but there are "
              + Plural.of(planes.length, "number"));
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        float value = planes[channel * plane + i];
        if (Float.isNaN(value)) {
          throw new NotFiniteException(
              "image: row "
                  + i / width
                  + ", column "
                  + i % width
                  + " is NaN: the decoder diverged");
        }
        rgb = rgb << 8 | Math.round(255 * Math.min(1, Math.max(0, value)));
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }
}
