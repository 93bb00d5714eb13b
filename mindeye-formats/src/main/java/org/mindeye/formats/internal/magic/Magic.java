// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.magic;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** How files of tensors begin, and what their readers demand before anything else. */
public final class Magic {
  /** The first bytes of a NumPy array. */
  public static final String NUMPY = "\u0093NUMPY";

  /** Bytes of JSON that a safetensors file may begin with: the reference implementation's limit. */
  public static final int MAX_JSON = 100_000_000;

  /** What the first pickle of torch's older container says. */
  public static final BigInteger TORCH = new BigInteger("1950a86a20f9469cfc6c", 16);

  /** Where the mark of a tar archive stands. */
  private static final int TAR = 257;

  private static final String ZIP = "PK\u0003\u0004";

  /** The first of the ten bytes of the magic number, and their opcode. */
  private static final String NUMBER = "\u008a\nl\u00fc\u009c";

  private Magic() {}

  /**
   * Whether a file may be a zip archive.
   *
   * @param head its first bytes
   * @return whether they are those of an archive with entries
   */
  public static boolean isZip(byte[] head) {
    return text(head).startsWith(ZIP);
  }

  /**
   * Whether a file is a zip archive without entries.
   *
   * @param head its first bytes
   * @return whether they are those of the end of one
   */
  public static boolean isEmptyZip(byte[] head) {
    return text(head).startsWith("PK\u0005\u0006");
  }

  /**
   * Whether a file is a tar archive; the oldest ones have no mark.
   *
   * @param head its first bytes
   * @return whether the mark is there
   */
  public static boolean isTar(byte[] head) {
    return text(head).startsWith("ustar", TAR);
  }

  /**
   * Whether a file may be a safetensors file.
   *
   * @param head its first bytes
   * @return whether JSON begins behind the length
   */
  public static boolean isSafetensors(byte[] head) {
    return head.length > Long.BYTES && head[Long.BYTES] == '{';
  }

  /**
   * Whether a file may be a NumPy array.
   *
   * @param head its first bytes
   * @return whether they are those of an array
   */
  public static boolean isNumpy(byte[] head) {
    return text(head).startsWith(NUMPY);
  }

  /**
   * Whether a file may be in torch's older container. Its magic number is decimal digits up to
   * protocol 1, then bytes, which from protocol 4 on stand in a frame.
   *
   * @param head its first bytes
   * @return whether the magic number is there
   */
  public static boolean isLegacy(byte[] head) {
    String text = text(head);
    return text.startsWith("L" + TORCH.toString().substring(0, 10))
        || text.startsWith(NUMBER, 2)
        || text.startsWith(NUMBER, 11);
  }

  private static String text(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1);
  }
}
