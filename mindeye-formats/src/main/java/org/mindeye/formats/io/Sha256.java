// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 sums as 64 lower-case hexadecimal digits. */
public final class Sha256 {
  private static final int WINDOW = 1 << 20;

  private Sha256() {}

  /**
   * Starts a digest.
   *
   * @return it, empty
   */
  public static MessageDigest create() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Ends a digest.
   *
   * @param digest is empty afterwards
   * @return its sum
   */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Digests what is in memory.
   *
   * @param content the bytes
   * @return their sum
   */
  public static String of(byte[] content) {
    MessageDigest digest = create();
    digest.update(content);
    return hex(digest);
  }

  /**
   * Digests a file, a window at a time.
   *
   * @param file of any size
   * @return the sum of its content
   * @throws IOException if it cannot be read
   */
  public static String read(Path file) throws IOException {
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
