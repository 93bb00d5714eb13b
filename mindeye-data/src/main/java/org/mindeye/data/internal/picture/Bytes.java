// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.nio.charset.StandardCharsets;
import org.mindeye.Plural;

/** Looks into files. */
final class Bytes {
  private Bytes() {}

  static int at(byte[] bytes, int offset) {
    return bytes[offset] & 0xff;
  }

  static int shortAt(byte[] bytes, int offset) {
    return at(bytes, offset) << 8 | at(bytes, offset + 1);
  }

  static int intAt(byte[] bytes, int offset) {
    return shortAt(bytes, offset) << 16 | shortAt(bytes, offset + 2);
  }

  static boolean startWith(byte[] bytes, int... signature) {
    return haveAt(bytes, 0, signature);
  }

  static boolean haveAt(byte[] bytes, int offset, int... signature) {
    boolean same = offset >= 0 && bytes.length - offset >= signature.length;
    for (int i = 0; same && i < signature.length; i++) {
      same = at(bytes, offset + i) == signature[i];
    }
    return same;
  }

  static boolean haveAt(byte[] bytes, int offset, String ascii) {
    return haveAt(bytes, offset, ascii.chars().toArray());
  }

  /** What a file is that is no picture of ours, with what to do. */
  static String describe(byte[] bytes) {
    String kind = kind(bytes);
    return kind == null
        ? Plural.of(bytes.length, "byte") + " of neither"
        : kind + "; save it as JPEG or PNG first";
  }

  private static String kind(byte[] bytes) {
    if (haveAt(bytes, 0, "RIFF") && haveAt(bytes, 8, "WEBP")) {
      return "a WebP picture";
    }
    if (haveAt(bytes, 0, "GIF8")) {
      return "a GIF picture";
    }
    if (haveAt(bytes, 0, "BM")) {
      return "a BMP picture";
    }
    if (startWith(bytes, 'I', 'I', 42, 0) || startWith(bytes, 'M', 'M', 0, 42)) {
      return "a TIFF picture";
    }
    if (haveAt(bytes, 4, "ftyp")) {
      String brand = bytes.length < 12 ? "" : new String(bytes, 8, 4, StandardCharsets.US_ASCII);
      return brand.startsWith("avi") ? "an AVIF picture" : "a HEIF picture or a film";
    }
    return null;
  }
}
