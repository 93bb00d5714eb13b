// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.zip.CRC32;
import org.mindeye.Plural;

/** A PNG: its header, and the chunks its levels depend on, all with the right checksums. */
final class PngFile implements PictureFile {
  static final int[] SIGNATURE = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private static final int HEADER_LENGTH = 13;
  private static final int PALETTE = 3;
  private static final int SMALL = 0x20;

  /** Length, type and checksum of a chunk. */
  private static final int FRAME = 12;

  private final byte[] bytes;
  private final int width;
  private final int height;
  private final int bits;
  private final int colorType;

  private PngFile(byte[] bytes, int at) {
    this.bytes = bytes;
    width = Bytes.intAt(bytes, at);
    height = Bytes.intAt(bytes, at + 4);
    bits = Bytes.at(bytes, at + 8);
    colorType = Bytes.at(bytes, at + 9);
  }

  static PngFile parse(byte[] bytes) throws UnreadablePictureException {
    int at = SIGNATURE.length;
    if (bytes.length < at + FRAME + HEADER_LENGTH
        || Bytes.intAt(bytes, at) != HEADER_LENGTH
        || !Bytes.haveAt(bytes, at + 4, "IHDR")) {
      throw damaged(bytes, "no header at its start");
    }
    PngFile file = new PngFile(bytes, at + 8);
    if (file.width < 1 || file.height < 1 || !file.isKnownKind()) {
      throw damaged(
          bytes,
          String.format(
              Locale.ROOT,
              "a header of %d x %d pixels, %d bits, colour type %d",
              file.width,
              file.height,
              file.bits,
              file.colorType));
    }
    return file;
  }

  private boolean isKnownKind() {
    return switch (colorType) {
      case 0 -> Integer.bitCount(bits) == 1 && bits <= 16;
      case PALETTE -> Integer.bitCount(bits) == 1 && bits <= 8;
      case 2, 4, 6 -> bits == 8 || bits == 16;
      default -> false;
    };
  }

  @Override
  public String format() {
    return "PNG";
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int[] decode() throws UnreadablePictureException {
    ByteArrayOutputStream bare = new ByteArrayOutputStream(bytes.length);
    bare.write(bytes, 0, SIGNATURE.length);
    int[] palette = {};
    int at = SIGNATURE.length;
    boolean ended = false;
    while (!ended) {
      int length = length(at);
      boolean isPalette = Bytes.haveAt(bytes, at + 4, "PLTE");
      ended = Bytes.haveAt(bytes, at + 4, "IEND");
      if (isPalette && colorType == PALETTE) {
        palette = palette(at + 8, length);
      }
      // A small first letter marks what is not needed to show the picture: profiles, texts, dates.
      boolean critical = (bytes[at + 4] & SMALL) == 0;
      if (critical) {
        requireChecksum(at, length);
        bare.write(bytes, at, length + FRAME);
      }
      at += length + FRAME;
    }
    if (colorType == PALETTE && palette.length == 0) {
      throw damaged(bytes, "a picture of palette colours without its palette");
    }
    Raster raster = JavaCodec.PNG.raster(bare.toByteArray());
    return new PngLevels(bits, palette).toRgb(raster);
  }

  private int length(int at) throws UnreadablePictureException {
    long length = at + FRAME > bytes.length ? -1 : Bytes.intAt(bytes, at);
    if (length < 0 || at + FRAME + length > bytes.length) {
      throw damaged(bytes, "cut off before its end");
    }
    return (int) length;
  }

  private int[] palette(int at, int length) {
    int[] colors = new int[length / 3];
    for (int i = 0; i < colors.length; i++) {
      colors[i] = Bytes.at(bytes, at + 3 * i) << 16 | Bytes.shortAt(bytes, at + 3 * i + 1);
    }
    return colors;
  }

  private void requireChecksum(int at, int length) throws UnreadablePictureException {
    CRC32 sum = new CRC32();
    sum.update(bytes, at + 4, length + 4);
    if ((int) sum.getValue() != Bytes.intAt(bytes, at + 8 + length)) {
      throw damaged(bytes, "a wrong checksum at byte " + at);
    }
  }

  private static UnreadablePictureException damaged(byte[] bytes, String found) {
    return new UnreadablePictureException(
        "a readable PNG", Plural.of(bytes.length, "byte") + " that fail: " + found);
  }
}
