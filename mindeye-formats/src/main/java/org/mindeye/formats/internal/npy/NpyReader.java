// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.npy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.Plural;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.tensor.MalformedFileException;

/** Reads a file of NumPy's up to its first element. */
public final class NpyReader {
  private static final byte[] MAGIC = Magic.NUMPY.getBytes(StandardCharsets.ISO_8859_1);

  /** As NumPy writes it; the axes are the first group. */
  private static final Pattern OBJECTS =
      Pattern.compile(
          "\\{'descr': '\\|O', 'fortran_order': False, 'shape': \\(([\\d, ]*)\\), }\\s*");

  /** The limit NumPy itself applies. */
  private static final int MAX_HEADER = 10_000;

  private static final int MAGIC_AND_VERSION = MAGIC.length + 2;

  private NpyReader() {}

  /**
   * Reads up to the first element.
   *
   * @param source names the stream in messages
   * @param in read to the end of the header
   * @return the header
   * @throws IOException if the stream cannot be read
   * @throws MalformedFileException if it is no such file
   */
  public static NpyHeader readHeader(String source, InputStream in) throws IOException {
    return NpyHeaderParser.parse(source, headerText(source, in));
  }

  /**
   * Reads up to the pickle of a file of Python objects.
   *
   * @param source names the stream in messages
   * @param in read to the end of the header
   * @return whether there is one object alone, and not an array of them
   * @throws IOException if the stream cannot be read
   * @throws MalformedFileException if it is no such file
   */
  public static boolean readObjectHeader(String source, InputStream in) throws IOException {
    Matcher header = OBJECTS.matcher(headerText(source, in));
    if (!header.matches()) {
      throw new MalformedFileException(
          source, "an array of Python objects (descr '|O', not fortran_order)", "another array");
    }
    return header.group(1).isBlank();
  }

  private static String headerText(String source, InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC_AND_VERSION);
    if (start.length < MAGIC_AND_VERSION || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw new MalformedFileException(
          source,
          "a NumPy file (it starts with the bytes 93 4e 55 4d 50 59)",
          start.length == 0 ? "nothing" : HexFormat.ofDelimiter(" ").formatHex(start));
    }
    int version = start[6];
    if (version < 1 || version > 3 || start[7] != 0) {
      throw new MalformedFileException(source, "version 1.0, 2.0 or 3.0", version + "." + start[7]);
    }
    int width = version == 1 ? 2 : 4;
    byte[] lengthBytes = in.readNBytes(width);
    if (lengthBytes.length < width) {
      throw new MalformedFileException(source, "the length of the header", "the end of the file");
    }
    ByteBuffer length = ByteBuffer.wrap(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    long bytes =
        version == 1
            ? Short.toUnsignedLong(length.getShort())
            : Integer.toUnsignedLong(length.getInt());
    if (bytes > MAX_HEADER) {
      throw new MalformedFileException(
          source, "at most " + MAX_HEADER + " bytes of header", Plural.of(bytes, "byte"));
    }
    byte[] text = in.readNBytes((int) bytes);
    if (text.length < bytes) {
      throw new MalformedFileException(
          source, Plural.of(bytes, "byte") + " of header", text.length + " (truncated?)");
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  /**
   * Reads up to the first element, where the channel then stands, and checks the length.
   *
   * @param source names the file in messages
   * @param channel the file, at its beginning
   * @return the header
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file, or is not as long as it says
   */
  public static NpyHeader readHeader(String source, FileChannel channel) throws IOException {
    // Unbuffered: behind the header the channel stands at the first element.
    NpyHeader header = readHeader(source, Channels.newInputStream(channel));
    long expected = header.fileBytes(source);
    long found = channel.size() - channel.position();
    if (found != expected) {
      throw new MalformedFileException(
          source,
          Plural.of(expected, "byte") + " after the header",
          found + (found < expected ? " (truncated?)" : ""));
    }
    return header;
  }
}
