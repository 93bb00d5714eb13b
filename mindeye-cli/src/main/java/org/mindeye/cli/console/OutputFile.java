// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file a command is about to write. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a file without a folder before anything is computed for it.
   *
   * @param file the file
   * @throws NoSuchFileException if its folder does not exist
   */
  public static void requireFolder(Path file) throws NoSuchFileException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(file.toString(), null, "its folder does not exist");
    }
  }
}
