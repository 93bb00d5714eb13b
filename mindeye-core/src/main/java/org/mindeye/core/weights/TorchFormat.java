package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Checkpoints of torch: a zip file, or pickles after torch's magic number. */
final class TorchFormat implements WeightFiles.Format {
  private static final String ZIP = "PK\u0003\u0004";

  /** The first of the ten bytes of the magic number, and their opcode. */
  private static final String MAGIC = "\u008a\nl\u00fc\u009c";

  @Override
  public String title() {
    return "a checkpoint of torch";
  }

  @Override
  public boolean claims(byte[] head) {
    return isZip(head) || isLegacy(head);
  }

  @Override
  public StateDict open(Path file) throws IOException {
    TorchCheckpoint checkpoint = TorchCheckpoint.open(file);
    try {
      return checkpoint.stateDict();
    } catch (MalformedFileException e) {
      checkpoint.close();
      throw e;
    }
  }

  static boolean isZip(byte[] head) {
    return text(head).startsWith(ZIP);
  }

  /** Decimal digits up to protocol 1, then bytes, which from protocol 4 on stand in a frame. */
  static boolean isLegacy(byte[] head) {
    String text = text(head);
    return text.startsWith("L" + LegacyContainer.MAGIC.toString().substring(0, 10))
        || text.startsWith(MAGIC, 2)
        || text.startsWith(MAGIC, 11);
  }

  private static String text(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1);
  }
}
