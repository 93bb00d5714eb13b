// SPDX-License-Identifier: Apache-2.0
package org.mindeye.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Java source file.
 *
 * @param folder where its top package starts
 * @param path the file
 */
public record SourceFile(Path folder, Path path) {

  /** The name of the type it declares. */
  public String typeName() {
    String name = folder.relativize(path).toString().replace('\\', '/').replace('/', '.');
    return name.substring(0, name.length() - ".java".length());
  }

  /** Whether it documents a package and declares no type. */
  public boolean isPackageInfo() {
    return path.endsWith("package-info.java");
  }

  /** How long it is. */
  int lines() {
    return text().split("\n").length;
  }

  /** What it says. */
  String text() {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
