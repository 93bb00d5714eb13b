// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

/** Levels as numbers for a network. */
final class PixelReader {
  private static final float[] SHARE = new float[256];

  static {
    for (int level = 0; level < SHARE.length; level++) {
      SHARE[level] = level / 255f;
    }
  }

  private PixelReader() {}

  /** Writes {@code [3, pixels]} of {@code 0xRRGGBB} into a larger array. */
  static void copyFloats(int[] rgb, float[] target, int offset) {
    int pixels = rgb.length;
    for (int i = 0; i < pixels; i++) {
      target[offset + i] = SHARE[rgb[i] >> 16];
      target[offset + pixels + i] = SHARE[rgb[i] >> 8 & 0xff];
      target[offset + 2 * pixels + i] = SHARE[rgb[i] & 0xff];
    }
  }
}
