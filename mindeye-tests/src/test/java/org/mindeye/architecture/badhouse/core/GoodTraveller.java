// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.StandInStream;

/** Speaks the same language everywhere. */
public final class GoodTraveller {
  private GoodTraveller() {}

  public static String text(byte[] bytes, Path file) throws IOException {
    return String.format(Locale.ROOT, "%d", 1)
        + "I".toLowerCase(Locale.ROOT)
        + new String(bytes, StandardCharsets.UTF_8)
        + Files.readString(file)
        + new String();
  }

  public static Reader streams(InputStream in, ByteArrayOutputStream out) {
    new PrintStream(out, true, StandardCharsets.UTF_8).printf(Locale.ROOT, "%d", 1);
    new StandInStream(in, "UTF-8");
    return new InputStreamReader(in, StandardCharsets.UTF_8);
  }
}
