// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.Arrays;

/** The components of a decoded JPEG before any colour conversion, interleaved. */
record JpegPlanes(int width, int height, int bands, byte[] levels) {

  static JpegPlanes of(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getData().length == width * height * bands
        && model.getScanlineStride() == width * bands
        && Arrays.equals(model.getBandOffsets(), ascending(bands))) {
      return new JpegPlanes(width, height, bands, buffer.getData());
    }
    byte[] copy = new byte[width * height * bands];
    int[] row = new int[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i++) {
        copy[y * row.length + i] = (byte) row[i];
      }
    }
    return new JpegPlanes(width, height, bands, copy);
  }

  private static int[] ascending(int count) {
    int[] numbers = new int[count];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  /**
   * Where a component has half of the rows, Java's decoder repeats each, and the original's (since
   * libjpeg-turbo 2.0) mixes it with its neighbour, three to one.
   */
  void smoothDoubledRows(JpegFrame frame) {
    for (int band = 0; band < bands; band++) {
      if (frame.halvesRowsOnly(band) && isDoubled(band)) {
        smooth(band);
      }
    }
  }

  /** Not where Java was built with a libjpeg-turbo of the system. */
  private boolean isDoubled(int band) {
    for (int y = 0; y + 1 < height; y += 2) {
      for (int x = 0; x < width; x++) {
        if (levels[index(x, y, band)] != levels[index(x, y + 1, band)]) {
          return false;
        }
      }
    }
    return true;
  }

  private void smooth(int band) {
    byte[] mixed = new byte[width * height];
    for (int y = 0; y < height; y++) {
      boolean upper = y % 2 == 0;
      int own = y - y % 2;
      int other = upper ? Math.max(0, own - 2) : own + 2 < height ? own + 2 : own;
      int rounding = upper ? 1 : 2;
      for (int x = 0; x < width; x++) {
        int sum = 3 * level(x, own, band) + level(x, other, band);
        mixed[y * width + x] = (byte) ((sum + rounding) >> 2);
      }
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        levels[index(x, y, band)] = mixed[y * width + x];
      }
    }
  }

  private int index(int x, int y, int band) {
    return (y * width + x) * bands + band;
  }

  private int level(int x, int y, int band) {
    return levels[index(x, y, band)] & 0xff;
  }
}
