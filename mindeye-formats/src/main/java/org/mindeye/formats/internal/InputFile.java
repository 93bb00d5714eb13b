// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Opens what is read. A folder can be opened too, and fails later without a name; a file of another
 * kind would be called damaged.
 */
public final class InputFile {
  private static final int HEAD = 512;

  private InputFile() {}

  /**
   * Opens a file.
   *
   * @param file to be read
   * @param expected what it should be
   * @param mark whether the first 512 bytes, or all of a shorter file, may be those of such a file
   * @return the open file, at its beginning
   * @throws IOException if it cannot be opened
   * @throws MalformedFileException if it is a folder, or has no such mark and is of a known other
   *     kind
   */
  public static FileChannel open(Path file, String expected, Predicate<byte[]> mark)
      throws IOException {
    Objects.requireNonNull(file, "file");
    if (Files.isDirectory(file)) {
      throw new MalformedFileException(file.toString(), expected, FileKind.describe(file));
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel = opened.add(FileChannel.open(file, StandardOpenOption.READ));
      if (!mark.test(head(channel)) && FileKind.detect(file) != FileKind.UNKNOWN) {
        throw new MalformedFileException(file.toString(), expected, FileKind.describe(file));
      }
      return opened.done(channel);
    }
  }

  private static byte[] head(FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
      continue;
    }
    return Arrays.copyOf(head.array(), head.position());
  }
}
