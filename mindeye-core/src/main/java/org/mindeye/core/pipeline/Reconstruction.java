package org.mindeye.core.pipeline;

import java.awt.image.BufferedImage;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * A painted picture. Heap data: it outlives the pipeline.
 *
 * @param image the picture, 8 bits per channel
 */
public record Reconstruction(BufferedImage image) {
  /**
   * Converts planes of numbers, clamping to [0, 1] and rounding to 8 bits.
   *
   * @param planes red, green and blue plane, each row by row
   * @param height rows
   * @param width columns
   * @return the picture
   * @throws ShapeMismatchException if there are not three planes of that size
   * @throws MindEyeException if a number is NaN
   */
  public static Reconstruction ofPlanes(float[] planes, int height, int width) {
    if (planes.length != 3L * height * width) {
      throw new ShapeMismatchException(
          "image: expected 3 planes of "
              + height
              + " x "
              + width
              + " numbers but there are "
              + planes.length
              + " numbers");
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        float value = planes[channel * plane + i];
        if (Float.isNaN(value)) {
          throw new MindEyeException(
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
    return new Reconstruction(image);
  }
}
