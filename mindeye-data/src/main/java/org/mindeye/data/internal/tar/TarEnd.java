// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.tar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** The end of a tar archive: two blocks of zeros. */
public final class TarEnd {
  /** What an archive without it should have, for messages. */
  public static final String EXPECTED = "a tar file ending in two blocks of zeros";

  private static final int BYTES = 2 * TarConstants.DEFAULT_RCDSIZE;

  private TarEnd() {}

  /**
   * Whether an archive has its end. One that is cut at the border of two members would otherwise
   * just have fewer of them.
   *
   * @param file the archive
   * @return false if it was cut
   * @throws IOException if it cannot be read
   */
  public static boolean isThere(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(Math.max(0, Files.size(file) - BYTES));
      return Arrays.equals(in.readAllBytes(), new byte[BYTES]);
    }
  }
}
