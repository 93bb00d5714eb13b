package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Opens what is read. A folder can be opened too, and fails later without a name. */
final class InputFile {
  private InputFile() {}

  /**
   * Opens a file.
   *
   * @param file to be read
   * @param expected what it should be
   * @throws MalformedFileException if it is a folder
   */
  static FileChannel open(Path file, String expected) throws IOException {
    Objects.requireNonNull(file, "file");
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(file.toString(), expected, FileKind.describe(file));
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }
}
