// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

/**
 * What the components of a JPEG mean, decided as libjpeg does, and their red, green and blue. The
 * arithmetic is libjpeg's ({@code jdcolor.c}: 16 fractional bits) and Pillow's ({@code Convert.c}:
 * CMYK, taken for inverted as Adobe writes it).
 */
enum JpegColors {
  GRAY,
  RGB,
  YCC,
  CMYK,
  YCCK;

  static final int NO_ADOBE = -1;

  private static final int HALF = 1 << 15;
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      RED_OF_CR[i] = (fixed(1.40200) * x + HALF) >> 16;
      BLUE_OF_CB[i] = (fixed(1.77200) * x + HALF) >> 16;
      GREEN_OF_CR[i] = -fixed(0.71414) * x;
      GREEN_OF_CB[i] = -fixed(0.34414) * x + HALF;
    }
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  static JpegColors of(JpegFrame frame, boolean jfif, int adobe) {
    return switch (frame.components().size()) {
      case 1 -> GRAY;
      case 3 -> ofThree(frame, jfif, adobe);
      default -> adobe == NO_ADOBE || adobe == 0 ? CMYK : YCCK;
    };
  }

  private static JpegColors ofThree(JpegFrame frame, boolean jfif, int adobe) {
    boolean rgb;
    if (jfif) {
      rgb = false;
    } else if (adobe == NO_ADOBE) {
      rgb = frame.hasIds('R', 'G', 'B');
    } else {
      rgb = adobe == 0;
    }
    return rgb ? RGB : YCC;
  }

  /** Row by row, {@code 0xRRGGBB}. */
  int[] toRgb(JpegPlanes planes) {
    int[] rgb = new int[planes.width() * planes.height()];
    byte[] levels = planes.levels();
    switch (this) {
      case GRAY -> {
        for (int i = 0; i < rgb.length; i++) {
          rgb[i] = (levels[i] & 0xff) * 0x010101;
        }
      }
      case RGB -> {
        for (int i = 0; i < rgb.length; i++) {
          rgb[i] = Bytes.at(levels, 3 * i) << 16 | Bytes.shortAt(levels, 3 * i + 1);
        }
      }
      case YCC -> {
        for (int i = 0; i < rgb.length; i++) {
          rgb[i] = ofYcc(levels, 3 * i);
        }
      }
      case CMYK -> {
        for (int i = 0; i < rgb.length; i++) {
          int inks = Bytes.at(levels, 4 * i) << 16 | Bytes.shortAt(levels, 4 * i + 1);
          rgb[i] = ofInks(inks, levels[4 * i + 3] & 0xff);
        }
      }
      case YCCK -> {
        for (int i = 0; i < rgb.length; i++) {
          rgb[i] = ofInks(0xffffff - ofYcc(levels, 4 * i), levels[4 * i + 3] & 0xff);
        }
      }
    }
    return rgb;
  }

  private static int ofYcc(byte[] levels, int at) {
    int y = levels[at] & 0xff;
    int cb = levels[at + 1] & 0xff;
    int cr = levels[at + 2] & 0xff;
    int red = clamp(y + RED_OF_CR[cr]);
    int green = clamp(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> 16));
    int blue = clamp(y + BLUE_OF_CB[cb]);
    return red << 16 | green << 8 | blue;
  }

  /** Inverted cyan, magenta, yellow in one number, and inverted black: 255 is no ink. */
  private static int ofInks(int inks, int light) {
    return paper(inks >> 16 & 0xff, light) << 16
        | paper(inks >> 8 & 0xff, light) << 8
        | paper(inks & 0xff, light);
  }

  private static int paper(int level, int light) {
    int product = (255 - level) * light + 128;
    return light - (((product >> 8) + product) >> 8);
  }

  private static int clamp(int value) {
    return value < 0 ? 0 : Math.min(value, 255);
  }
}
