// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.mindeye.Plural;
import org.mindeye.formats.internal.npy.NpyElements;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.internal.npy.NpyReader;
import org.mindeye.formats.internal.zip.ZipContent;
import org.mindeye.formats.internal.zip.ZipDirectory.Entry;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/**
 * One array of a NumPy archive, of which only the header is read so far. Its elements come window
 * by window, whether they are stored or deflated; only a deflated array in Fortran order has to be
 * in the heap for that.
 *
 * @param place names archive and member in messages
 * @param name of the array
 * @param entry where its file lies
 * @param header what its file says
 */
record NpzMember(String place, String name, Entry entry, NpyHeader header) {
  static final String SUFFIX = ".npy";

  /** Bytes on their way from the archive to where they are wanted. */
  private static final int PIECE = 1 << 15;

  private static final String BY_TENSOR = "save the array by itself with numpy.save";

  /** Reads a member's header, and compares its length with the archive's table. */
  static NpzMember open(String source, FileChannel channel, Entry entry) throws IOException {
    String place = source + "!" + entry.name();
    if (!entry.name().endsWith(SUFFIX)) {
      throw new MalformedFileException(place, "a name that ends with " + SUFFIX, "another");
    }
    Counted content = new Counted(ZipContent.open(place, channel, entry));
    try (content) {
      NpyHeader header = NpyReader.readHeader(place, content);
      long expected = header.fileBytes(place);
      long found = entry.size() - content.count;
      if (found != expected) {
        throw new MalformedFileException(
            place,
            Plural.of(expected, "byte") + " after the header",
            found < expected ? found + " (truncated?)" : "more than that");
      }
      String name = entry.name().substring(0, entry.name().length() - SUFFIX.length());
      return new NpzMember(place, name, entry, header);
    }
  }

  TensorInfo info() {
    return new TensorInfo(name, header.type(), new TensorShape(header.shape()));
  }

  /** The whole array. */
  HeapArray array(FileChannel channel) throws IOException {
    byte[] content =
        HeapBudget.ofThisProcess()
            .allocate(
                place,
                header.payloadBytes(place),
                "read it window by window with TensorFiles.open");
    if (content.length > 0) {
      elements(channel).read(0, ByteBuffer.wrap(content));
    }
    return HeapArray.of(header.type(), new TensorShape(header.shape()), content);
  }

  /** Fresh for every reader of the array. */
  TensorElements elements(FileChannel channel) throws IOException {
    if (!NpyElements.isByColumns(header)) {
      return NpyElements.littleEndian(new InOrder(this, channel), header);
    }
    try (InputStream content = ZipContent.open(place, channel, entry)) {
      NpyReader.readHeader(place, content);
      if (entry.isStored()) {
        content.transferTo(OutputStream.nullOutputStream()); // compares the checksum
        long first = entry.position() + entry.size() - header.fileBytes(place);
        return NpyElements.in(channel, first, header);
      }
      int bytes = header.payloadBytes(place);
      byte[] payload = HeapBudget.ofThisProcess().allocate(place, bytes, BY_TENSOR);
      fill(content, ByteBuffer.wrap(payload), new byte[PIECE]);
      content.read(); // the end: compares the checksum
      return NpyElements.inHeap(payload, header);
    }
  }

  private static void fill(InputStream content, ByteBuffer into, byte[] piece) throws IOException {
    while (into.hasRemaining()) {
      // The length was compared, and a content that ends early refuses.
      int count = content.read(piece, 0, Math.min(piece.length, into.remaining()));
      into.put(piece, 0, count);
    }
  }

  /** Elements as they follow each other; the checksum is compared behind the last one. */
  private static final class InOrder implements TensorElements {
    private final NpzMember member;
    private final FileChannel channel;
    private final long bytes;
    private final byte[] piece = new byte[PIECE];
    private InputStream content;
    private long at;

    InOrder(NpzMember member, FileChannel channel) {
      this.member = member;
      this.channel = channel;
      bytes = member.header.fileBytes(member.place);
    }

    @Override
    public void read(long firstByte, ByteBuffer into) throws IOException {
      if (content == null || firstByte != at) {
        content = ZipContent.open(member.place, channel, member.entry);
        NpyReader.readHeader(member.place, content);
        content.skipNBytes(firstByte);
        at = firstByte;
      }
      at += into.remaining();
      fill(content, into, piece);
      if (at == bytes) {
        content.read();
        content.close();
        content = null;
      }
    }
  }

  private static final class Counted extends InputStream {
    private final InputStream content;
    private long count;

    Counted(InputStream content) {
      this.content = content;
    }

    @Override
    public int read() throws IOException {
      int read = content.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = content.read(into, offset, length);
      count += Math.max(0, read);
      return read;
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }
}
