package org.mindeye.core.weights;

import java.nio.charset.StandardCharsets;

/** How the two containers of torch begin. */
final class TorchMagic {
  private static final String ZIP = "PK\u0003\u0004";

  /** The first of the ten bytes of the magic number, and their opcode. */
  private static final String NUMBER = "\u008a\nl\u00fc\u009c";

  private TorchMagic() {}

  static boolean isZip(byte[] head) {
    return text(head).startsWith(ZIP);
  }

  /** Decimal digits up to protocol 1, then bytes, which from protocol 4 on stand in a frame. */
  static boolean isLegacy(byte[] head) {
    String text = text(head);
    return text.startsWith("L" + LegacyContainer.MAGIC.toString().substring(0, 10))
        || text.startsWith(NUMBER, 2)
        || text.startsWith(NUMBER, 11);
  }

  private static String text(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1);
  }
}
