package org.mindeye.core.weights;

import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.mindeye.core.io.StagedFile;
import org.mindeye.core.memory.HeapBudget;

/**
 * NumPy's {@code .npy} files: one array of numbers. Reads versions 1, 2 and 3, both byte orders and
 * both element orders; writes what {@code numpy.save} writes, byte for byte. Python objects, text
 * and structures are refused.
 *
 * <p>What is read here is read whole, into the heap; {@link NpyFile} reads larger files row by row.
 *
 * <p>Limits: 10 000 bytes of header, 32 axes, 2 GiB of elements. Files longer or shorter than their
 * header says are refused.
 */
public final class Npy {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The limit NumPy itself applies. */
  private static final int MAX_HEADER = 10_000;

  private static final String BY_ROWS = "read it row by row with NpyFile";

  private static final int MAGIC_AND_VERSION = MAGIC.length + 2;

  private Npy() {}

  /**
   * Reads an array from memory.
   *
   * @param source names the file in messages
   * @param bytes the whole file
   * @return the array, which shares nothing with the bytes
   * @throws MalformedFileException if the bytes are no such file, or not exactly one
   */
  public static NpyArray decode(String source, byte[] bytes) {
    try {
      return read(source, new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(source, e); // memory does not fail
    }
  }

  /**
   * Reads an array from a file. Its length is checked before, and so is the heap.
   *
   * @param file the file
   * @return the array
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file
   * @throws org.mindeye.core.MindEyeException if the Java heap does not hold it; says what would
   */
  public static NpyArray read(Path file) throws IOException {
    String source = file.toString();
    try (FileChannel channel = InputFile.open(file, "a NumPy file (.npy)")) {
      NpyHeader header = readHeader(source, channel);
      int bytes = header.payloadBytes(source);
      byte[] content = HeapBudget.ofThisProcess().allocate(source, bytes, BY_ROWS);
      NpyElements.in(channel, channel.position(), header).read(0, ByteBuffer.wrap(content));
      return new NpyArray(header.type(), header.shape(), content);
    }
  }

  /**
   * What a file holds, from its header and its length; no element is read.
   *
   * @param file the file
   * @return type and shape, under the name {@code (array)}
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file, or is not as long as it says
   */
  public static TensorInfo info(Path file) throws IOException {
    try (FileChannel channel = InputFile.open(file, "a NumPy file (.npy)")) {
      NpyHeader header = readHeader(file.toString(), channel);
      return new TensorInfo("(array)", header.type(), new Shape(header.shape()));
    }
  }

  /**
   * Reads an array that fills the rest of a stream.
   *
   * @param source names the stream in messages
   * @param in read to its end, not closed
   * @return the array
   * @throws IOException if the stream cannot be read
   * @throws MalformedFileException if the content is no such file
   */
  public static NpyArray read(String source, InputStream in) throws IOException {
    return read(source, in, Integer.MAX_VALUE);
  }

  /** Reads an array of at most so many bytes of elements. */
  static NpyArray read(String source, InputStream in, long mostBytes) throws IOException {
    NpyHeader header = readHeader(source, in);
    int expected = header.payloadBytes(source);
    if (expected > mostBytes) {
      throw new MalformedFileException(
          source, "at most " + mostBytes + " bytes of elements here", expected + " bytes");
    }
    // Grows with what is really there: a header that promises too much costs nothing.
    byte[] payload = in.readNBytes(expected);
    if (payload.length < expected) {
      throw new MalformedFileException(
          source, expected + " bytes after the header", payload.length + " (truncated?)");
    }
    if (in.read() >= 0) {
      throw new MalformedFileException(
          source, expected + " bytes after the header", "more than that");
    }
    return new NpyArray(header.type(), header.shape(), rowByRow(source, header, payload));
  }

  /**
   * The bytes of a file, as {@code numpy.save} writes them: version 1, row by row, little-endian.
   *
   * @param array the array
   * @return header and elements
   */
  public static byte[] encode(NpyArray array) {
    byte[] header = NpyHeader.encode(array.type(), array.shape());
    byte[] file = Arrays.copyOf(header, Math.addExact(header.length, array.content().length));
    System.arraycopy(array.content(), 0, file, header.length, array.content().length);
    return file;
  }

  /**
   * Writes a file. It appears under its name only when complete; an existing one is replaced.
   *
   * @param file the file; its folder must exist
   * @param array the array
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, NpyArray array) throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      staged.output().write(NpyHeader.encode(array.type(), array.shape()));
      staged.output().write(array.content());
      staged.publish();
    }
  }

  /** Reads up to the first element. */
  static NpyHeader readHeader(String source, InputStream in) throws IOException {
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
          source, "at most " + MAX_HEADER + " bytes of header", bytes + " bytes");
    }
    byte[] text = in.readNBytes((int) bytes);
    if (text.length < bytes) {
      throw new MalformedFileException(
          source, bytes + " bytes of header", text.length + " (truncated?)");
    }
    return NpyHeaderParser.parse(source, new String(text, StandardCharsets.UTF_8));
  }

  /** Reads up to the first element, where the channel then stands, and checks the length. */
  static NpyHeader readHeader(String source, FileChannel channel) throws IOException {
    // Unbuffered: behind the header the channel stands at the first element.
    NpyHeader header = readHeader(source, Channels.newInputStream(channel));
    long expected = header.fileBytes(source);
    long found = channel.size() - channel.position();
    if (found != expected) {
      throw new MalformedFileException(
          source,
          expected + " bytes after the header",
          found + (found < expected ? " (truncated?)" : ""));
    }
    return header;
  }

  /** Little-endian, last axis fastest. The payload is the caller's own and may be overwritten. */
  static byte[] rowByRow(String source, NpyHeader header, byte[] payload) {
    if (!NpyElements.isByColumns(header)) {
      if (header.order() == ByteOrder.BIG_ENDIAN) {
        reverseElements(ByteBuffer.wrap(payload), header.type().bytes());
      }
      return payload;
    }
    byte[] rows = HeapBudget.ofThisProcess().allocate(source, payload.length, BY_ROWS);
    try {
      NpyElements.inHeap(payload, header).read(0, ByteBuffer.wrap(rows));
    } catch (IOException e) {
      throw new UncheckedIOException(source, e); // memory does not fail
    }
    return rows;
  }

  /** Turns every element's bytes round, from the start to the limit. */
  static void reverseElements(ByteBuffer bytes, int width) {
    for (int element = 0; element < bytes.limit(); element += width) {
      for (int low = element, high = element + width - 1; low < high; low++, high--) {
        byte swapped = bytes.get(low);
        bytes.put(low, bytes.get(high)).put(high, swapped);
      }
    }
  }
}
