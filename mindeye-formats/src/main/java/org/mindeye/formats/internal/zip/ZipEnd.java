// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The record at the end of a zip file, of either size.
 *
 * @param entries how many
 * @param bytes of the table of contents
 * @param offset of the table of contents
 */
record ZipEnd(long entries, long bytes, long offset) {
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64_BYTES = 56;
  private static final int MAX_COMMENT = 0xffff;

  static ZipEnd find(String file, FileChannel channel) throws IOException {
    long size = channel.size();
    int tailBytes = (int) Math.min(size, MAX_COMMENT + END_BYTES + LOCATOR_BYTES);
    ByteBuffer tail = ZipDirectory.bytes(channel, size - tailBytes, tailBytes);
    int at = tailBytes - END_BYTES;
    while (at >= 0 && !isEnd(tail, at)) {
      at--;
    }
    if (at < 0) {
      throw malformed(file, "the table of contents at the end", "none (an incomplete download?)");
    }
    long position = size - tailBytes + at;
    ZipEnd end =
        new ZipEnd(
            Short.toUnsignedLong(tail.getShort(at + 10)),
            Integer.toUnsignedLong(tail.getInt(at + 12)),
            Integer.toUnsignedLong(tail.getInt(at + 16)));
    if (at >= LOCATOR_BYTES && tail.getInt(at - LOCATOR_BYTES) == LOCATOR64) {
      position = tail.getLong(at - LOCATOR_BYTES + 8);
      end = large(file, channel, position);
    }
    if (end.entries < 0 || end.bytes < 0 || end.offset < 0 || end.offset > position - end.bytes) {
      throw malformed(file, "a table of contents before byte " + position, end.toString());
    }
    return end;
  }

  private static boolean isEnd(ByteBuffer tail, int at) {
    return tail.getInt(at) == END
        && Short.toUnsignedInt(tail.getShort(at + 20)) == tail.limit() - at - END_BYTES;
  }

  private static ZipEnd large(String file, FileChannel channel, long position) throws IOException {
    if (position < 0 || position > channel.size() - END64_BYTES) {
      throw malformed(file, "the end of a large zip file inside it", "at byte " + position);
    }
    ByteBuffer end = ZipDirectory.bytes(channel, position, END64_BYTES);
    if (end.getInt(0) != END64) {
      throw malformed(file, "the end of a large zip file at byte " + position, "something else");
    }
    return new ZipEnd(end.getLong(32), end.getLong(40), end.getLong(48));
  }

  private static MalformedFileException malformed(String file, String expected, String found) {
    return new MalformedFileException(file + " (zip)", expected, found);
  }
}
