// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What a store needs of its disk; tests fill it up. */
interface Disk {
  /** What Linux, macOS and Windows say, and Linux about quotas. */
  List<String> FULL =
      List.of("No space left on device", "not enough space on the disk", "Disk quota exceeded");

  /** Bytes this process may still write. */
  long usable() throws IOException;

  /** Creates a file, which must not exist, for writing. */
  default FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** The disk of an existing folder. */
  static Disk of(Path folder) {
    return () -> Files.getFileStore(folder).getUsableSpace();
  }

  /** Whether an exception says that the disk is full. */
  static boolean isFull(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return FULL.stream().anyMatch(message::contains);
  }
}
