// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.awt.image.Raster;

/**
 * The samples of a PNG as red, green and blue of 8 bits. As the original's loader has it: alpha is
 * dropped, small gray levels are spread over 0 to 255, of 16-bit colours the upper half counts, and
 * gray levels of 16 bits stay as they are (it cuts them at 255, which is never what was meant, so
 * larger ones are refused).
 */
record PngLevels(int bits, int[] palette) {
  int[] toRgb(Raster raster) throws UnreadablePictureException {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int[] rgb = new int[width * raster.getHeight()];
    int[] row = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        rgb[y * width + x] = bands < 3 ? single(row[x * bands], bands) : triple(row, x * bands);
      }
    }
    return rgb;
  }

  private int triple(int[] row, int at) {
    int shift = bits - 8;
    return row[at] >> shift << 16 | row[at + 1] >> shift << 8 | row[at + 2] >> shift;
  }

  private int single(int sample, int bands) throws UnreadablePictureException {
    if (palette.length > 0) {
      if (sample >= palette.length) {
        throw new UnreadablePictureException(
            "a readable PNG", "colour " + sample + " of a palette of " + palette.length);
      }
      return palette[sample];
    }
    int level;
    if (bits < 8) {
      level = sample * 255 / ((1 << bits) - 1);
    } else if (bits == 8) {
      level = sample;
    } else {
      level = bands == 2 ? sample >> 8 : small(sample);
    }
    return level * 0x010101;
  }

  private static int small(int sample) throws UnreadablePictureException {
    if (sample > 255) {
      throw new UnreadablePictureException(
          "a PNG with gray levels up to 255",
          "16-bit gray with a level of "
              + sample
              + ", which the original's loader shows as white; save it with 8 bits");
    }
    return sample;
  }
}
