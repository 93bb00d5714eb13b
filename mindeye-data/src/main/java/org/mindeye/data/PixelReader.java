package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Stored levels of an image as numbers. Java's own conversion to RGB would treat gray images as
 * linear light and brighten them, and would apply embedded colour profiles; the levels themselves
 * are what the published models were trained on.
 */
final class PixelReader {
  private PixelReader() {}

  static float[] toFloats(BufferedImage image) {
    boolean palette = image.getColorModel() instanceof IndexColorModel;
    return palette ? fromPalette(image) : fromLevels(image);
  }

  private static float[] fromPalette(BufferedImage image) {
    int pixels = image.getWidth() * image.getHeight();
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    float[] values = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      values[i] = ((rgb[i] >> 16) & 0xff) / 255f;
      values[pixels + i] = ((rgb[i] >> 8) & 0xff) / 255f;
      values[2 * pixels + i] = (rgb[i] & 0xff) / 255f;
    }
    return values;
  }

  private static float[] fromLevels(BufferedImage image) {
    Raster raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    float largest = (1 << image.getSampleModel().getSampleSize(0)) - 1;
    float[] values = new float[3 * width * height];
    int[] row = new int[width];
    for (int channel = 0; channel < 3; channel++) {
      // One band: gray; two: gray and transparency; three and four: red, green, blue, transparency.
      int band = raster.getNumBands() < 3 ? 0 : channel;
      for (int y = 0; y < height; y++) {
        raster.getSamples(0, y, width, 1, band, row);
        int at = (channel * height + y) * width;
        for (int x = 0; x < width; x++) {
          values[at + x] = row[x] / largest;
        }
      }
    }
    return values;
  }
}
