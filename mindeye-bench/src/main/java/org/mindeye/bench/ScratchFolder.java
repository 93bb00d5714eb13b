// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mindeye.formats.io.Folders;

/** A folder for the files of one benchmark, in the system's temporary directory. */
final class ScratchFolder implements AutoCloseable {
  private final Path path;

  private ScratchFolder(Path path) {
    this.path = path;
  }

  static ScratchFolder create() throws IOException {
    return new ScratchFolder(Files.createTempDirectory("mindeye-bench"));
  }

  Path path() {
    return path;
  }

  /** Deletes the folder and all that is in it. */
  @Override
  public void close() throws IOException {
    Folders.delete(path);
  }
}
