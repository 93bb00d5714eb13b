// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import org.mindeye.core.internal.kernel.BlurKernel;

/**
 * Images made smoother without parameters. Gradients flow. The two filters differ in what lies
 * outside of an image: a Gaussian sees it mirrored, a median sees zeros.
 */
public final class Blur {
  private Blur() {}

  /**
   * A Gaussian over the neighbors, in both directions alike; the image is mirrored outside without
   * repeating its first and last row and column. As kornia's {@code gaussian_blur2d} and
   * torchvision's {@code gaussian_blur}.
   *
   * @param images {@code [batch, channels, height, width]}, any range; both sides longer than half
   *     of the taps
   * @param taps how many pixels of a row, or column, count: an odd number
   * @param sigma deviation in pixels, above 0
   * @return the same shape, owned by the images' manager
   * @throws IllegalArgumentException if taps or sigma are out of range, or an image is too small to
   *     be mirrored
   */
  public static NDArray gaussian(NDArray images, int taps, double sigma) {
    double[] weights = taps(taps, sigma);
    long shorter = Math.min(images.getShape().get(2), images.getShape().get(3));
    if (shorter <= taps / 2) {
      throw new IllegalArgumentException(
          "images: expected sides of more than "
              + taps / 2
              + " pixels, which "
              + taps
              + " taps mirror, but was "
              + images.getShape());
    }
    return BlurKernel.separable(images, weights);
  }

  /**
   * The weights of a Gaussian at whole pixels.
   *
   * @param count how many, an odd number; the middle one is the pixel itself
   * @param sigma deviation in pixels, above 0
   * @return they sum to 1
   * @throws IllegalArgumentException if an argument is out of range
   */
  public static double[] taps(int count, double sigma) {
    requireOdd("taps", count);
    if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("sigma: expected a positive number but was " + sigma);
    }
    double[] weights = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      int distance = i - count / 2;
      weights[i] = Math.exp(-distance * distance / (2 * sigma * sigma));
      sum += weights[i];
    }
    for (int i = 0; i < count; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /**
   * The middle value of the window around each pixel; zeros lie outside of the image, so that dark
   * corners appear. As kornia's {@code median_blur}. Its gradient goes to the pixel whose value was
   * chosen. The windows are there at once: side x side times the memory of the images.
   *
   * @param images {@code [batch, channels, height, width]}, any range
   * @param side rows, and columns, of the window: an odd number
   * @return the same shape, owned by the images' manager
   * @throws IllegalArgumentException if the side is even or below 1
   */
  public static NDArray median(NDArray images, int side) {
    requireOdd("side", side);
    return BlurKernel.median(images, side);
  }

  private static void requireOdd(String name, int value) {
    if (value < 1 || value % 2 == 0) {
      throw new IllegalArgumentException(name + ": expected an odd number from 1 but was " + value);
    }
  }
}
