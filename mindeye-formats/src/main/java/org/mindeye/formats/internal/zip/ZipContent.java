// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.zip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mindeye.Plural;
import org.mindeye.formats.internal.zip.ZipDirectory.Entry;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;

/**
 * What one entry of a zip file holds, inflated if need be, from its first byte to its last. Length
 * and checksum are compared with the table behind the last byte. One buffer is all it needs.
 */
public final class ZipContent extends InputStream {
  private static final int BUFFER = 1 << 15;

  private final String member;
  private final FileChannel channel;
  private final Entry entry;
  private final CRC32 sum = new CRC32();

  /** Null if the bytes are stored as they are. */
  private final Inflater inflater;

  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  /** Bytes of the file that were read. */
  private long consumed;

  /** Bytes that are still to come. */
  private long left;

  private ZipContent(String member, FileChannel channel, Entry entry) {
    this.member = member;
    this.channel = channel;
    this.entry = entry;
    inflater = entry.method() == 0 ? null : new Inflater(true);
    left = entry.size();
  }

  /**
   * The content of an entry; the channel's own position is neither used nor moved.
   *
   * @param member names archive and entry in messages
   * @param channel the archive
   * @param entry of its table
   * @return its bytes, from the first to the last
   * @throws MalformedFileException if the entry contradicts itself
   */
  public static ZipContent open(String member, FileChannel channel, Entry entry) {
    if (entry.method() == 0 && !entry.isStored()) {
      throw new MalformedFileException(
          member, entry.size() + " stored bytes", entry.compressed() + "");
    }
    return new ZipContent(member, channel, entry);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      finish();
      return -1;
    }
    int wanted = (int) Math.min(length, left);
    int count = inflater == null ? stored(into, offset, wanted) : inflated(into, offset, wanted);
    if (count < 0) {
      throw malformed(Plural.of(entry.size(), "byte") + " when inflated", entry.size() - left + "");
    }
    sum.update(into, offset, count);
    left -= count;
    return count;
  }

  /** Nothing may be left, and nothing may be wrong. */
  private void finish() throws IOException {
    if (inflater != null && inflated(new byte[1], 0, 1) > 0) {
      throw malformed(Plural.of(entry.size(), "byte") + " when inflated", "more");
    }
    if (sum.getValue() != entry.crc()) {
      throw malformed("content with the checksum " + hex(entry.crc()), hex(sum.getValue()));
    }
  }

  private int stored(byte[] into, int offset, int wanted) throws IOException {
    ByteBuffer target = ByteBuffer.wrap(into, offset, wanted);
    TensorElements.in(channel, entry.position() + consumed).read(0, target);
    consumed += wanted;
    return wanted;
  }

  private int inflated(byte[] into, int offset, int wanted) throws IOException {
    try {
      while (true) {
        int count = inflater.inflate(into, offset, wanted);
        if (count > 0) {
          return count;
        }
        if (inflater.finished() || inflater.needsDictionary() || !fill()) {
          return -1;
        }
      }
    } catch (DataFormatException e) {
      throw malformed("deflated bytes", "others (" + e.getMessage() + ")");
    }
  }

  /** Whether there were more bytes for the inflater. */
  private boolean fill() throws IOException {
    int count = (int) Math.min(BUFFER, entry.compressed() - consumed);
    if (count == 0) {
      return false;
    }
    TensorElements.in(channel, entry.position() + consumed).read(0, buffer.clear().limit(count));
    consumed += count;
    inflater.setInput(buffer.array(), 0, count);
    return true;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }

  private static String hex(long sum) {
    return String.format(Locale.ROOT, "%08x", sum);
  }

  private MalformedFileException malformed(String expected, String found) {
    return new MalformedFileException(member, expected, found);
  }
}
