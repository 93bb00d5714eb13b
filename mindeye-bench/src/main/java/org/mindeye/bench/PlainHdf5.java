// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes an HDF5 file of one dataset without chunks, as h5py's {@code create_dataset(name,
 * data=array)} lays one out: superblock 2, a compact root group, a contiguous dataset.
 */
final class PlainHdf5 {
  private static final long NOWHERE = -1;
  private static final int SUPERBLOCK = 48;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int FRAME = 4 + 1 + 1 + 4 + 4;
  private static final int MESSAGE = 4;

  private PlainHdf5() {}

  /** What a number is, as a datatype message says it. */
  enum Numbers {
    /** Bytes of 0 to 255. */
    UINT8(1, 0x10, 0, 0),
    /** Half precision. */
    FLOAT16(2, 0x11, 10, 5),
    /** Single precision. */
    FLOAT32(4, 0x11, 23, 8);

    private final int bytes;
    private final int kind;
    private final int mantissa;
    private final int exponent;

    Numbers(int bytes, int kind, int mantissa, int exponent) {
      this.bytes = bytes;
      this.kind = kind;
      this.mantissa = mantissa;
      this.exponent = exponent;
    }

    private byte[] message() {
      ByteBuffer out = little(exponent == 0 ? 12 : 20).put((byte) kind);
      if (exponent == 0) {
        return out.put(new byte[3]).putInt(bytes).putShort((short) 0).putShort((short) 8).array();
      }
      int bits = 8 * bytes;
      return out.put((byte) 0x20) // the leading bit of the mantissa is not stored
          .put((byte) (bits - 1)) // the sign
          .put((byte) 0)
          .putInt(bytes)
          .putShort((short) 0)
          .putShort((short) bits)
          .put((byte) mantissa)
          .put((byte) exponent)
          .put((byte) 0)
          .put((byte) mantissa)
          .putInt((1 << exponent - 1) - 1)
          .array();
    }
  }

  /** Writes one row after the other. */
  @FunctionalInterface
  interface Rows {
    /** Little-endian bytes of a row. */
    byte[] row(int number);
  }

  /** Writes the file; rows are the first axis. */
  static void write(Path file, String name, Numbers numbers, int[] shape, Rows rows)
      throws IOException {
    byte[] link = name.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer linkMessage = little(11 + link.length).put((byte) 1).put((byte) 0);
    int root = SUPERBLOCK;
    int rootBytes = FRAME + 3 * MESSAGE + 18 + 2 + linkMessage.capacity();
    int dataset = root + rootBytes;
    linkMessage.put((byte) link.length).put(link).putLong(dataset);
    ByteBuffer space = little(4 + 8 * shape.length);
    space.put((byte) 2).put((byte) shape.length).put((byte) 0).put((byte) 1);
    long size = numbers.bytes;
    for (int length : shape) {
      space.putLong(length);
      size *= length;
    }
    byte[] type = numbers.message();
    int datasetBytes = FRAME + 3 * MESSAGE + space.capacity() + type.length + 18;
    long data = (dataset + datasetBytes + 7) / 8 * 8;
    ByteBuffer layout = little(18).put((byte) 3).put((byte) 1).putLong(data).putLong(size);
    byte[] groups = little(18).putShort((short) 0).putLong(NOWHERE).putLong(NOWHERE).array();
    ByteBuffer head = little((int) data);
    head.put(superblock(root, data + size));
    head.put(header(0x02, groups, 0x0a, new byte[2], 0x06, linkMessage.array()));
    head.put(header(0x01, space.array(), 0x03, type, 0x08, layout.array()));
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(head.array());
      for (int i = 0; i < shape[0]; i++) {
        out.write(rows.row(i));
      }
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] superblock(long root, long end) {
    ByteBuffer block = little(SUPERBLOCK).put(SIGNATURE);
    block.put((byte) 2).put((byte) 8).put((byte) 8).put((byte) 0);
    block.putLong(0).putLong(NOWHERE).putLong(end).putLong(root);
    return summed(block);
  }

  /** An object header of three messages, each a type and its content. */
  private static byte[] header(
      int first, byte[] one, int second, byte[] two, int third, byte[] three) {
    int[] types = {first, second, third};
    byte[][] contents = {one, two, three};
    int inside = Arrays.stream(contents).mapToInt(content -> MESSAGE + content.length).sum();
    ByteBuffer block = little(FRAME + inside);
    block.put("OHDR".getBytes(StandardCharsets.US_ASCII)).put((byte) 2).put((byte) 2);
    block.putInt(inside);
    for (int i = 0; i < types.length; i++) {
      block.put((byte) types[i]).putShort((short) contents[i].length).put((byte) 0);
      block.put(contents[i]);
    }
    return summed(block);
  }

  private static byte[] summed(ByteBuffer block) {
    block.putInt(checksum(Arrays.copyOf(block.array(), block.position())));
    return block.array();
  }

  /** Bob Jenkins's lookup3, as HDF5 sums its metadata. */
  private static int checksum(byte[] bytes) {
    int a = 0xdeadbeef + bytes.length;
    int b = a;
    int c = a;
    ByteBuffer padded = little((bytes.length + 11) / 12 * 12).put(bytes).rewind();
    while (padded.remaining() > 12) {
      a += padded.getInt();
      b += padded.getInt();
      c += padded.getInt();
      a = a - c ^ Integer.rotateLeft(c, 4);
      c += b;
      b = b - a ^ Integer.rotateLeft(a, 6);
      a += c;
      c = c - b ^ Integer.rotateLeft(b, 8);
      b += a;
      a = a - c ^ Integer.rotateLeft(c, 16);
      c += b;
      b = b - a ^ Integer.rotateLeft(a, 19);
      a += c;
      c = c - b ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    a += padded.getInt();
    b += padded.getInt();
    c += padded.getInt();
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }
}
