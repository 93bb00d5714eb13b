// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * What a {@code .npy} file says about its content, and how NumPy writes it down.
 *
 * @param type the elements
 * @param order their bytes
 * @param fortran whether the first axis runs fastest
 * @param shape the axes
 */
public record NpyHeader(ElementType type, ByteOrder order, boolean fortran, long[] shape) {
  /** Magic, version and the two-byte length of version 1. */
  private static final int PREFIX = 10;

  private static final int ALIGNMENT = 64;

  /** NumPy leaves room for the first axis to grow to this many digits in place. */
  private static final int GROWTH_DIGITS = 21;

  private static final Map<String, ElementType> TYPES =
      Map.of(
          "b1", ElementType.BOOL,
          "i1", ElementType.INT8,
          "i2", ElementType.INT16,
          "i4", ElementType.INT32,
          "i8", ElementType.INT64,
          "u1", ElementType.UINT8,
          "u2", ElementType.UINT16,
          "f2", ElementType.FLOAT16,
          "f4", ElementType.FLOAT32,
          "f8", ElementType.FLOAT64);

  /** Understands NumPy's type code, a byte order followed by kind and width. */
  static NpyHeader of(String source, String descr, boolean fortran, long[] shape) {
    ElementType type = descr.isEmpty() ? null : TYPES.get(descr.substring(1));
    char order = descr.isEmpty() ? ' ' : descr.charAt(0);
    boolean orderKnown = order == '<' || order == '>' || order == '|';
    if (type == null || !orderKnown || (order == '|' && type.bytes() > 1)) {
      throw new MalformedFileException(
          source,
          "a type of " + TYPES.keySet().stream().sorted().toList() + " in a known byte order",
          "descr '" + descr + "'");
    }
    ByteOrder bytes = order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyHeader(type, bytes, fortran, shape);
  }

  /**
   * Understands a type code without its byte order.
   *
   * @param code for example {@code f4}
   * @return the type, if it is one of numbers
   */
  public static Optional<ElementType> type(String code) {
    return Optional.ofNullable(TYPES.get(code));
  }

  /**
   * How many bytes the elements take, refused where a Java array cannot hold them.
   *
   * @param source names the file in messages
   * @return bytes
   * @throws MalformedFileException if there are 2 GiB or more
   */
  public int payloadBytes(String source) {
    // A few header words less than 2^31: the largest array every JVM allocates.
    return (int) bytes(source, Integer.MAX_VALUE - 8, "2 GiB");
  }

  /**
   * How many bytes the elements take.
   *
   * @param source names the file in messages
   * @return bytes
   * @throws MalformedFileException if that overflows
   */
  public long fileBytes(String source) {
    return bytes(source, Long.MAX_VALUE, "2^63 bytes");
  }

  private long bytes(String source, long most, String inWords) {
    try {
      long bytes = type.bytes();
      for (long length : shape) {
        bytes = Math.multiplyExact(bytes, length);
      }
      if (bytes <= most) {
        return bytes;
      }
    } catch (ArithmeticException tooLarge) {
      // Reported below, with the sizes that fit a long but not an array.
    }
    throw new MalformedFileException(
        source,
        "at most " + inWords + " of elements",
        "shape " + Arrays.toString(shape) + " of " + type);
  }

  /**
   * The bytes before the elements, exactly as {@code numpy.save} writes them (version 1).
   *
   * @param type of the elements
   * @param shape the axes
   * @return magic, version and header
   * @throws IllegalArgumentException if NumPy has no such type
   */
  public static byte[] encode(ElementType type, long[] shape) {
    String dictionary =
        String.format(
            Locale.ROOT,
            "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
            descr(type),
            tuple(shape));
    int spare = shape.length == 0 ? 0 : GROWTH_DIGITS - Long.toString(shape[0]).length();
    dictionary += " ".repeat(spare);
    int used = PREFIX + dictionary.length() + 1;
    String text = dictionary + " ".repeat(ALIGNMENT - used % ALIGNMENT) + "\n";
    ByteBuffer header = ByteBuffer.allocate(PREFIX + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    header
        .put(Magic.NUMPY.getBytes(StandardCharsets.ISO_8859_1))
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) text.length());
    return header.put(text.getBytes(StandardCharsets.US_ASCII)).array();
  }

  private static String descr(ElementType type) {
    String code =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == type)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(type + " has no NumPy type code"));
    return (type.bytes() == 1 ? "|" : "<") + code;
  }

  private static String tuple(long[] shape) {
    String inner = LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    return shape.length == 1 ? "(" + inner + ",)" : "(" + inner + ")";
  }
}
