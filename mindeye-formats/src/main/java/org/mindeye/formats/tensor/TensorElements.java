// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The elements of one tensor: little-endian, the last axis fastest, without gaps, wherever and in
 * whatever order they lie. For one reader at a time; reading from the first byte to the last is
 * fastest, and compares checksums where the format has some.
 */
@FunctionalInterface
public interface TensorElements {
  /**
   * Fills a buffer to its limit with whole elements.
   *
   * @param firstByte counted from the first element
   * @param into from its position to its limit; its byte order may change
   * @throws IOException if that many bytes are not there
   */
  void read(long firstByte, ByteBuffer into) throws IOException;

  /**
   * Elements that lie in a file as they are.
   *
   * @param channel the file
   * @param position of the first byte
   * @return reads from there on
   */
  static TensorElements in(FileChannel channel, long position) {
    return (firstByte, into) -> {
      long at = position + firstByte;
      int end = into.limit();
      try {
        while (into.position() < end) {
          // Java reads into the heap by way of a native buffer of the same size, which it keeps.
          into.limit(into.isDirect() ? end : (int) Math.min(end, into.position() + HEAP_WINDOW));
          int count = channel.read(into, at);
          if (count < 0) {
            throw new EOFException("the file ends at byte " + at);
          }
          at += count;
        }
      } finally {
        into.limit(end);
      }
    };
  }

  /** Bytes that are read into the heap at once. */
  long HEAP_WINDOW = 1L << 20;
}
