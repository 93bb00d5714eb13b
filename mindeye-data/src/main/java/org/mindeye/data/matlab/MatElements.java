// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * The variables of a file of version 5, found by their tags and compared with its length: the
 * parser allocates what a tag asks for. Compressed ones are decompressed; what is not an array of
 * real numbers is left out, whatever is inside.
 */
final class MatElements {
  private static final int HEADER = 128;
  private static final int SUBSYSTEM = 116;
  private static final int ENDIAN = 126;
  private static final int TAG = 8;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;
  private static final int INT8 = 1;
  private static final int INT32 = 5;
  private static final int UINT32 = 6;
  private static final int MOST_AXES = 32;
  private static final int MOST_NAME = 4096;
  private static final long MOST_BYTES = 1L << 30;

  /** Bytes of an element, by MATLAB's numbers for types. */
  private static final Map<Integer, Integer> WIDTHS =
      Map.of(1, 1, 2, 1, 3, 2, 4, 2, 5, 4, 6, 4, 7, 4, 9, 8, 12, 8, 13, 8);

  private static final String[] CLASSES = {
    "nothing",
    "a cell array",
    "a structure",
    "an object",
    "text",
    "a sparse matrix",
    "double",
    "single",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "a function",
    "an opaque object"
  };

  private static final int FIRST_NUMERIC = 6;
  private static final int LAST_NUMERIC = 15;
  private static final int COMPLEX = 8;

  private final String source;
  private final ByteBuffer file;
  private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
  private final List<String> names = new ArrayList<>();
  private final Map<String, String> others = new LinkedHashMap<>();

  private MatElements(String source, ByteBuffer file) {
    this.source = source;
    this.file = file;
  }

  static MatElements of(String source, byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes);
    String order =
        bytes.length < HEADER ? "" : new String(bytes, ENDIAN, 2, StandardCharsets.ISO_8859_1);
    if (!order.equals("IM") && !order.equals("MI")) {
      throw new MalformedFileException(
          source,
          "a header of 128 bytes that ends with a byte order, IM or MI",
          bytes.length < HEADER
              ? Plural.of(bytes.length, "byte")
              : "'" + Printable.name(order) + "'");
    }
    file.order(order.equals("IM") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    MatElements elements = new MatElements(source, file);
    elements.read();
    return elements;
  }

  private void read() {
    byte[] header = new byte[HEADER];
    file.get(header);
    Arrays.fill(header, SUBSYSTEM, SUBSYSTEM + TAG, (byte) 0);
    plain.writeBytes(header);
    while (file.hasRemaining()) {
      if (file.remaining() < TAG) {
        throw truncated(TAG, file.remaining());
      }
      int type = file.getInt();
      long size = Integer.toUnsignedLong(file.getInt());
      if (size > file.remaining()) {
        throw truncated(size, file.remaining());
      }
      byte[] content = new byte[(int) size];
      file.get(content);
      if (type == COMPRESSED) {
        ByteBuffer inflated = ByteBuffer.wrap(inflated(content)).order(file.order());
        if (inflated.remaining() < TAG) {
          throw truncated(TAG, inflated.remaining());
        }
        type = inflated.getInt();
        long inner = Integer.toUnsignedLong(inflated.getInt());
        if (inner != inflated.remaining()) {
          throw truncated(inner, inflated.remaining());
        }
        content = new byte[inflated.remaining()];
        inflated.get(content);
      }
      if (type != MATRIX) {
        throw new MalformedFileException(source, "variables (elements of type 14)", "type " + type);
      }
      variable(content);
    }
  }

  private byte[] inflated(byte[] content) {
    ByteArrayOutputStream result = new ByteArrayOutputStream(content.length * 2);
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(content);
      byte[] piece = new byte[1 << 14];
      while (!inflater.finished()) {
        int count = inflater.inflate(piece);
        if (count == 0 && !inflater.finished()) {
          throw undecompressed("it ends too early", null);
        }
        if (plain.size() + (long) result.size() + count > MOST_BYTES) {
          throw new MalformedFileException(
              source, "at most 1 GiB of variables, decompressed", "more");
        }
        result.write(piece, 0, count);
      }
      return result.toByteArray();
    } catch (DataFormatException e) {
      throw undecompressed(e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private MalformedFileException undecompressed(String reason, Throwable cause) {
    MalformedFileException refused =
        new MalformedFileException(
            source,
            "a variable that can be decompressed",
            "a damaged one (" + reason + "); get the file again");
    refused.initCause(cause);
    return refused;
  }

  /** Looks at the tags of a variable: what it is, how long its axes are, its name, its numbers. */
  private void variable(byte[] content) {
    if (content.length == 0) {
      return; // MATLAB's way to write an array of nothing without a name
    }
    ByteBuffer bytes = ByteBuffer.wrap(content).order(file.order());
    ByteBuffer flags = part(bytes, UINT32);
    if (flags.remaining() != TAG) {
      throw damaged("8 bytes of flags", flags.remaining());
    }
    int flag = flags.getInt();
    int kind = flag & 0xff;
    boolean complex = (flag >> 8 & COMPLEX) != 0;
    boolean numeric = kind >= FIRST_NUMERIC && kind <= LAST_NUMERIC;
    long count = kind == CLASSES.length - 1 ? 0 : count(part(bytes, INT32));
    ByteBuffer text = part(bytes, INT8);
    if (text.remaining() > MOST_NAME) {
      throw damaged("a name of at most " + MOST_NAME + " bytes", text.remaining());
    }
    String name = StandardCharsets.US_ASCII.decode(text).toString();
    if (names.contains(name)) {
      throw new MalformedFileException(
          source, "every variable once", "'" + Printable.name(name) + "' twice");
    }
    names.add(name);
    if (!numeric || complex) {
      others.put(
          name,
          complex
              ? "complex numbers"
              : kind < CLASSES.length ? CLASSES[kind] : "MATLAB's class " + kind);
      return;
    }
    int type = type(bytes);
    ByteBuffer numbers = part(bytes, type);
    int width = WIDTHS.getOrDefault(type, 0);
    if (width == 0 || numbers.remaining() != count * width || bytes.hasRemaining()) {
      throw damaged(
          Plural.of(count, "number") + " of variable '" + Printable.name(name) + "'",
          numbers.remaining());
    }
    ByteBuffer tag = ByteBuffer.allocate(TAG).order(file.order());
    plain.writeBytes(tag.putInt(MATRIX).putInt(content.length).array());
    plain.writeBytes(content);
  }

  private long count(ByteBuffer axes) {
    int number = axes.remaining() / Integer.BYTES;
    if (number < 2 || number > MOST_AXES || axes.remaining() % Integer.BYTES != 0) {
      throw damaged("2 to 32 axes", number);
    }
    long count = 1;
    while (axes.hasRemaining()) {
      int length = axes.getInt();
      if (length < 0 || (length > 0 && count > MOST_BYTES / length)) {
        throw damaged("axes of 0 or more that fit into 1 GiB", length);
      }
      count *= length;
    }
    return count;
  }

  /** The type of the next part, which stays where it is. */
  private int type(ByteBuffer bytes) {
    if (bytes.remaining() < TAG) {
      throw truncated(TAG, bytes.remaining());
    }
    int tag = bytes.getInt(bytes.position());
    return tag >>> 16 != 0 ? tag & 0xffff : tag;
  }

  /** The next part, which is of a type. Up to four bytes stand in the tag itself. */
  private ByteBuffer part(ByteBuffer bytes, int expected) {
    int type = type(bytes);
    if (type != expected) {
      throw damaged("a part of type " + expected, type);
    }
    int tag = bytes.getInt();
    boolean small = tag >>> 16 != 0;
    long size = small ? tag >>> 16 : Integer.toUnsignedLong(bytes.getInt());
    if (small && size > Integer.BYTES || size > bytes.remaining()) {
      throw truncated(size, bytes.remaining());
    }
    ByteBuffer part = bytes.slice(bytes.position(), (int) size).order(bytes.order());
    int padded = small ? Integer.BYTES : (int) Math.min(bytes.remaining(), size + 7 & ~7L);
    bytes.position(bytes.position() + padded);
    return part;
  }

  private MalformedFileException truncated(long expected, long found) {
    return new MalformedFileException(
        source,
        Plural.of(expected, "byte") + " of a variable",
        found + " (truncated? get the file again)");
  }

  private MalformedFileException damaged(String expected, long found) {
    return new MalformedFileException(source, expected, found + ": damaged, get the file again");
  }

  /** A file of arrays of numbers alone, none of them compressed. */
  byte[] plain() {
    return plain.toByteArray();
  }

  List<String> names() {
    return List.copyOf(names);
  }

  /** What a variable is that is no array of real numbers. */
  Optional<String> other(String name) {
    return Optional.ofNullable(others.get(name));
  }
}
