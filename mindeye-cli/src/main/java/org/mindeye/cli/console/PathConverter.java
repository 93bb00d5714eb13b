// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes paths as typed, and says what to set where Java cannot read them. */
public final class PathConverter implements ITypeConverter<Path> {
  /** Creates a converter. */
  public PathConverter() {}

  @Override
  public Path convert(String typed) {
    if (typed.isEmpty()) {
      throw new TypeConversionException("expected a path but found none (an empty text)");
    }
    try {
      return Path.of(typed);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("no path: " + e.getMessage() + remedy());
    }
  }

  /** Java takes the encoding of file names from the locale, and keeps no byte it cannot read. */
  private static String remedy() {
    String names = System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name());
    return Charset.forName(names).equals(StandardCharsets.UTF_8)
        ? ""
        : " (Java reads file names as " + names + " in this locale: set LC_ALL=C.UTF-8)";
  }
}
