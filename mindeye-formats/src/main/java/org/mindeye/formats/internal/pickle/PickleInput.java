// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mindeye.Plural;

/** The bytes of a pickle, one after the other. Nothing is allocated before it is known to exist. */
public final class PickleInput {
  private static final int BUFFER = 1 << 13;

  private final InputStream in;
  private final long available;
  private final PickleLimits limits;
  private final Refusal refusal;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int filled;
  private long consumed;
  private long end;

  /**
   * Starts reading.
   *
   * @param in the pickle, perhaps with more behind it; not closed
   * @param available how many bytes there are at most
   * @param limits how much may be requested
   * @param refusal names the file
   */
  public PickleInput(InputStream in, long available, PickleLimits limits, Refusal refusal) {
    this.in = in;
    this.available = available;
    this.limits = limits;
    this.refusal = refusal;
    beginPickle();
  }

  /**
   * How much was read.
   *
   * @return bytes from the beginning
   */
  public long consumed() {
    return consumed;
  }

  /** The limit on the bytes counts from here. */
  void beginPickle() {
    end = Math.min(available, consumed + limits.bytes());
  }

  PickleLimits limits() {
    return limits;
  }

  /** An exception that says where. */
  RuntimeException malformed(String expected, String found) {
    return refusal.of(expected + " before byte " + consumed, found);
  }

  int unsignedByte() throws IOException {
    require(1, "an opcode or its argument");
    if (at == filled) {
      filled = in.readNBytes(buffer, 0, BUFFER);
      at = 0;
      if (filled == 0) {
        throw malformed("an opcode or its argument", "the end of the file");
      }
    }
    consumed++;
    return buffer[at++] & 0xff;
  }

  int unsignedShort() throws IOException {
    return unsignedByte() | unsignedByte() << 8;
  }

  int signedInt() throws IOException {
    return unsignedShort() | unsignedShort() << 16;
  }

  long signedLong() throws IOException {
    return Integer.toUnsignedLong(signedInt()) | (long) signedInt() << 32;
  }

  /** Big-endian, unlike everything else. */
  double real() throws IOException {
    return ByteBuffer.wrap(bytes(Double.BYTES)).order(ByteOrder.BIG_ENDIAN).getDouble();
  }

  /** The length of what follows, which must be there. */
  int length(long announced) {
    require(announced, "what an opcode announces");
    return (int) announced; // no pickle is that long
  }

  /** Bytes up to the limits. */
  byte[] bytes(long announced) throws IOException {
    int length = length(announced);
    byte[] bytes = new byte[length];
    int buffered = Math.min(length, filled - at);
    System.arraycopy(buffer, at, bytes, 0, buffered);
    at += buffered;
    int read = buffered + in.readNBytes(bytes, buffered, length - buffered);
    consumed += read;
    if (read < length) {
      throw malformed(Plural.of(length, "byte"), read + " and the end of the file");
    }
    return bytes;
  }

  /** A text in UTF-8. The half surrogate pairs that Python could write too are refused. */
  String text(long announced) throws IOException {
    return utf8(bytes(announced));
  }

  String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("a string in UTF-8", Plural.of(bytes.length, "byte") + " that are not");
    }
  }

  /** A two's complement number, the lowest byte first. */
  BigInteger integer(long announced) throws IOException {
    if (announced < 0 || announced > limits.integerBytes()) {
      throw malformed(
          "an integer of at most " + Plural.of(limits.integerBytes(), "byte"), "" + announced);
    }
    byte[] bytes = bytes(announced);
    for (int low = 0, high = bytes.length - 1; low < high; low++, high--) {
      byte swapped = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = swapped;
    }
    return bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
  }

  /** Up to the end of the line, without it. */
  byte[] line() throws IOException {
    byte[] line = new byte[64];
    int length = 0;
    for (int next = unsignedByte(); next != '\n'; next = unsignedByte()) {
      if (length == limits.lineBytes()) {
        throw malformed(
            "a line of at most " + Plural.of(limits.lineBytes(), "byte"), "a longer one");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) next;
    }
    return Arrays.copyOf(line, length);
  }

  private void require(long bytes, String expected) {
    if (bytes < 0 || bytes > end - consumed) {
      boolean limited = end < available && bytes >= 0 && bytes <= available - consumed;
      String found =
          limited ? "a pickle of more than " + Plural.of(limits.bytes(), "byte") : "the end";
      throw malformed(expected + " (" + Plural.of(bytes, "byte") + ")", found);
    }
  }
}
