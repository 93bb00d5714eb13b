// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;

/**
 * A file of rows of one length, one after the other, that grows over the lives of several
 * processes. How many rows count is noted elsewhere, after they are on the disk; what a killed
 * process wrote behind them is cut off when the next one goes on.
 *
 * <p>Not safe for concurrent use; a {@link FolderLock} keeps other writers out.
 */
public final class RowsFile implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final int rowBytes;
  private long rows;

  private RowsFile(Path file, FileChannel channel, int rowBytes, long rows) {
    this.file = file;
    this.channel = channel;
    this.rowBytes = rowBytes;
    this.rows = rows;
  }

  /**
   * Goes on with a file, or makes one.
   *
   * @param file need not exist if no row counts
   * @param rowBytes length of a row
   * @param rows how many count; what is behind them is cut off
   * @param remedy what to do about a file that has fewer, the end of the message
   * @return the file, which the caller closes
   * @throws IOException if the disk refuses
   * @throws MindEyeException if there are fewer rows; the file is as before then
   */
  public static RowsFile open(Path file, int rowBytes, long rows, String remedy)
      throws IOException {
    if (rowBytes < 1 || rows < 0) {
      throw new IllegalArgumentException(
          "rows: expected none or more of at least 1 byte but was " + rows + " of " + rowBytes);
    }
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel =
          opened.add(
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
      long bytes = Math.multiplyExact(rows, rowBytes);
      if (channel.size() < bytes) {
        throw new MindEyeException(
            file
                + ": expected "
                + Plural.of(bytes, "byte")
                + " but found "
                + channel.size()
                + " (truncated?); "
                + remedy);
      }
      channel.truncate(bytes);
      return opened.done(new RowsFile(file, channel, rowBytes, rows));
    }
  }

  /**
   * How many rows count.
   *
   * @return those of {@link #open}, and those added since
   */
  public long rows() {
    return rows;
  }

  /**
   * Adds rows. They are on the disk when this returns; if it fails, the file ends where it did.
   *
   * @param content whole rows, from position to limit
   * @throws IOException if the disk refuses
   */
  public void append(ByteBuffer content) throws IOException {
    if (content.remaining() % rowBytes != 0) {
      throw new IllegalArgumentException(
          "content: expected rows of "
              + Plural.of(rowBytes, "byte")
              + " but was "
              + content.remaining());
    }
    long added = content.remaining() / rowBytes;
    try (CloseOnFailure failed = new CloseOnFailure()) {
      failed.undo(() -> channel.truncate(rows * rowBytes));
      long at = rows * rowBytes;
      while (content.hasRemaining()) {
        at += channel.write(content, at);
      }
      channel.force(true);
      failed.done(this);
    }
    rows += added;
  }

  /**
   * Takes the latest rows back.
   *
   * @param left how many stay
   * @throws IOException if the disk refuses
   */
  public void truncate(long left) throws IOException {
    if (left < 0 || left > rows) {
      throw new IllegalArgumentException("left: expected 0 to " + rows + " but was " + left);
    }
    channel.truncate(left * rowBytes);
    rows = left;
  }

  /**
   * Reads rows that follow each other.
   *
   * @param row the first one
   * @param into is filled from position to limit
   * @throws IOException if the file cannot be read, or ends before
   */
  public void read(long row, ByteBuffer into) throws IOException {
    long at = row * rowBytes;
    while (into.hasRemaining()) {
      int count = channel.read(into, at);
      if (count < 0) {
        throw new EOFException(file + ": ends before row " + row + " does");
      }
      at += count;
    }
  }

  /**
   * Releases the file. Closing twice is harmless.
   *
   * @throws IOException if the disk refuses
   */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
