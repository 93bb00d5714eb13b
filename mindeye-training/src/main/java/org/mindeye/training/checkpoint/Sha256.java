package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 sums as 64 lower-case hexadecimal digits. */
final class Sha256 {
  private static final int WINDOW = 1 << 20;

  private Sha256() {}

  static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Ends a digest. */
  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(byte[] content) {
    MessageDigest digest = create();
    digest.update(content);
    return hex(digest);
  }

  static String of(Path file) throws IOException {
    MessageDigest digest = create();
    byte[] window = new byte[WINDOW];
    try (InputStream input = Files.newInputStream(file)) {
      for (int count = input.read(window); count >= 0; count = input.read(window)) {
        digest.update(window, 0, count);
      }
    }
    return hex(digest);
  }
}
