// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Rows of float32, little-endian, written one after the other and read in windows. */
interface FeatureRows extends Closeable {
  /** Keeps a row; the buffer stays the caller's. */
  void write(int row, ByteBuffer bytes) throws IOException;

  /** A window of a row, ready to be read until the next call. */
  ByteBuffer read(int row, int from, int count) throws IOException;

  static FeatureRows onHeap(int rows, int width) {
    byte[][] kept = new byte[rows][];
    return new FeatureRows() {
      @Override
      public void write(int row, ByteBuffer bytes) {
        kept[row] = new byte[bytes.remaining()];
        bytes.get(kept[row]);
      }

      @Override
      public ByteBuffer read(int row, int from, int count) {
        return ByteBuffer.wrap(kept[row], from * Float.BYTES, count * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
      }

      @Override
      public void close() {
        Arrays.fill(kept, null);
      }
    };
  }

  /**
   * Reads and writes at positions, and maps nothing: the operating system keeps in memory what it
   * has room for, and the file can be deleted on every system.
   */
  static FeatureRows inFile(int width, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "mindeye-features-", ".f32");
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    long length = (long) width * Float.BYTES;
    return new FeatureRows() {
      private ByteBuffer window = ByteBuffer.allocate(0);

      @Override
      public void write(int row, ByteBuffer bytes) throws IOException {
        for (long at = row * length; bytes.hasRemaining(); ) {
          at += channel.write(bytes, at);
        }
      }

      @Override
      public ByteBuffer read(int row, int from, int count) throws IOException {
        if (window.capacity() < count * Float.BYTES) {
          window = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }
        window.clear().limit(count * Float.BYTES);
        for (long at = row * length + (long) from * Float.BYTES; window.hasRemaining(); ) {
          int read = channel.read(window, at);
          if (read < 0) {
            throw new EOFException(file + ": shorter than what was written to it");
          }
          at += read;
        }
        return window.flip();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
