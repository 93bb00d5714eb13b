// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** What the standard library lacks for folders. */
public final class Folders {
  private Folders() {}

  /**
   * Forces a folder's list of names to the disk: files created, renamed and deleted in it survive a
   * power cut only after that. Their content is forced file by file.
   *
   * @param folder an existing folder
   * @throws IOException if the disk refuses
   */
  public static void force(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return; // Windows does not open folders; NTFS journals its names.
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Deletes a folder and everything in it. Links are deleted and not followed.
   *
   * @param folder an existing folder
   * @throws IOException if the disk refuses; part of the folder may be gone then
   */
  public static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
