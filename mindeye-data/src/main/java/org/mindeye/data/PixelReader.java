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

  /** {@code [3, pixels]} of {@code 0xRRGGBB}. */
  static float[] toFloats(int[] rgb) {
    int pixels = rgb.length;
    float[] values = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      values[i] = SHARE[rgb[i] >> 16];
      values[pixels + i] = SHARE[rgb[i] >> 8 & 0xff];
      values[2 * pixels + i] = SHARE[rgb[i] & 0xff];
    }
    return values;
  }
}
