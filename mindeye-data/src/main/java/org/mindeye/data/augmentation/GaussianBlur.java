// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import org.mindeye.core.nn.Blur;

/**
 * Blurs by a Gaussian of seven taps, sampled at whole pixels and normalised, one direction after
 * the other; at the edges the image is mirrored without repeating its last row or column (kornia's
 * {@code gaussian_blur2d} with {@code reflect}).
 */
final class GaussianBlur {
  private static final int RADIUS = 3;

  /** A side must be longer than the radius to be mirrored. */
  static final int LEAST_SIDE = RADIUS + 1;

  private GaussianBlur() {}

  /**
   * Blurs all channels.
   *
   * @param image {@code [3, side, side]}, row by row
   * @param side rows, and columns; at least {@link #LEAST_SIDE}
   * @param sigma deviation in pixels
   * @return {@code [3, side, side]}, a new array
   */
  static float[] apply(float[] image, int side, double sigma) {
    float[] taps = taps(sigma);
    return smooth(smooth(image, side, taps, 1, side), side, taps, side, 1);
  }

  /** {@code step} leads to the next pixel along the direction, {@code across} to the next line. */
  private static float[] smooth(float[] image, int side, float[] taps, int step, int across) {
    float[] result = new float[image.length];
    int plane = side * side;
    for (int channel = 0; channel < image.length; channel += plane) {
      for (int line = 0; line < side; line++) {
        int start = channel + line * across;
        for (int i = 0; i < side; i++) {
          float sum = 0;
          for (int tap = -RADIUS; tap <= RADIUS; tap++) {
            sum += taps[tap + RADIUS] * image[start + mirrored(i + tap, side) * step];
          }
          result[start + i * step] = sum;
        }
      }
    }
    return result;
  }

  private static int mirrored(int i, int side) {
    int inside = Math.abs(i);
    return inside < side ? inside : 2 * (side - 1) - inside;
  }

  private static float[] taps(double sigma) {
    double[] weights = Blur.taps(2 * RADIUS + 1, sigma);
    float[] taps = new float[weights.length];
    for (int i = 0; i < taps.length; i++) {
      taps[i] = (float) weights[i];
    }
    return taps;
  }
}
