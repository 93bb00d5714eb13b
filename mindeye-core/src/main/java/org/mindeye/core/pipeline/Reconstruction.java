package org.mindeye.core.pipeline;

import java.awt.image.BufferedImage;

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
   */
  public static Reconstruction ofPlanes(float[] planes, int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        float value = Math.min(1, Math.max(0, planes[channel * plane + i]));
        rgb = rgb << 8 | Math.round(255 * value);
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return new Reconstruction(image);
  }
}
