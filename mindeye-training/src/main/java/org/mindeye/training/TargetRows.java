// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The rows of a {@link TargetCache} where they lie, mapped into memory: the system keeps of them
 * what it has room for. Safe for concurrent use.
 */
final class TargetRows {
  /** Bytes of a mapping, at most. */
  private static final long WINDOW = 1L << 30;

  private final Path file;
  private final TargetIndex index;
  private final int rowBytes;
  private final int perWindow;
  private final MappedByteBuffer[] windows;

  private TargetRows(
      Path file, TargetIndex index, int rowBytes, int perWindow, MappedByteBuffer[] windows) {
    this.file = file;
    this.index = index;
    this.rowBytes = rowBytes;
    this.perWindow = perWindow;
    this.windows = windows;
  }

  /**
   * Refuses a file that is too short, without mapping it.
   *
   * @param file may be missing if no row counts
   * @param count how many rows count
   * @throws MalformedFileException if there are fewer
   */
  static void require(Path file, int count, int rowBytes) throws IOException {
    long expected = (long) count * rowBytes;
    long found = Files.exists(file) ? Files.size(file) : 0;
    if (found < expected) {
      throw new MalformedFileException(
          file.toString(),
          Plural.of(expected, "byte") + " as the index says",
          found + " (truncated?); " + TargetCache.remedy(file));
    }
  }

  /** Maps the rows that count. */
  static TargetRows map(Path file, TargetIndex index, int rowBytes) throws IOException {
    int perWindow = (int) Math.max(1, WINDOW / rowBytes);
    int count = index.size();
    MappedByteBuffer[] windows = new MappedByteBuffer[(count + perWindow - 1) / perWindow];
    if (count > 0) {
      try (FileChannel channel = FileChannel.open(file)) {
        for (int i = 0; i < windows.length; i++) {
          int first = i * perWindow;
          long bytes = (long) Math.min(perWindow, count - first) * rowBytes;
          windows[i] = channel.map(MapMode.READ_ONLY, (long) first * rowBytes, bytes);
        }
      }
    }
    return new TargetRows(file, index, rowBytes, perWindow, windows);
  }

  /**
   * Copies rows, and compares each with its sum.
   *
   * @param rows which
   * @return their bytes, one after the other
   * @throws MalformedFileException if a single bit of one was changed; names its image
   */
  byte[] read(int... rows) {
    byte[] all = new byte[Math.multiplyExact(rows.length, rowBytes)];
    CRC32C sum = new CRC32C();
    for (int i = 0; i < rows.length; i++) {
      windows[rows[i] / perWindow].get(rows[i] % perWindow * rowBytes, all, i * rowBytes, rowBytes);
      sum.reset();
      sum.update(all, i * rowBytes, rowBytes);
      TargetIndex.Entry entry = index.entry(rows[i]);
      if ((int) sum.getValue() != entry.sum()) {
        throw new MalformedFileException(
            file + ": image " + entry.image(),
            "what was written",
            "other bytes (damaged or edited); " + TargetCache.remedy(file));
      }
    }
    return all;
  }
}
