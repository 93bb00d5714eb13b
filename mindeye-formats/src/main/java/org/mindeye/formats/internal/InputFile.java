// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/** Opens what is read. A folder can be opened too, and fails later without a name. */
public final class InputFile {
  private InputFile() {}

  /**
   * Opens a file.
   *
   * @param file to be read
   * @param expected what it should be
   * @return the open file
   * @throws IOException if it cannot be opened
   * @throws MalformedFileException if it is a folder
   */
  public static FileChannel open(Path file, String expected) throws IOException {
    Objects.requireNonNull(file, "file");
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(file.toString(), expected, FileKind.describe(file));
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }
}
