// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

/**
 * The largest image that is decoded; a file of a few kilobytes can claim gigapixels.
 *
 * @param width columns of pixels
 * @param height rows of pixels
 */
public record ImageLimits(int width, int height) {
  /** 4096 x 4096. */
  public static final ImageLimits DEFAULT = new ImageLimits(4096, 4096);

  /** The square of the largest side whose float pixels, three per point, fit one array. */
  private static final long MAX_PIXELS = Integer.MAX_VALUE / 3;

  /** Checks that both are positive and that the pixels fit one array. */
  public ImageLimits {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "image limits "
              + width
              + "x"
              + height
              + ": expected positive sides and at most "
              + MAX_PIXELS
              + " pixels");
    }
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
