// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.Plural;
import org.mindeye.formats.internal.InputFile;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.npy.NpyElements;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.internal.npy.NpyReader;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.io.StagedFile;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

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
  private static final String BY_ROWS = NpyElements.BY_ROWS;

  private Npy() {}

  /**
   * Reads an array from memory.
   *
   * @param source names the file in messages
   * @param bytes the whole file
   * @return the array, which shares nothing with the bytes
   * @throws MalformedFileException if the bytes are no such file, or not exactly one
   */
  public static HeapArray decode(String source, byte[] bytes) {
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
   * @throws org.mindeye.MindEyeException if the Java heap does not hold it; says what would
   */
  public static HeapArray read(Path file) throws IOException {
    String source = file.toString();
    try (FileChannel channel = InputFile.open(file, "a NumPy file (.npy)", Magic::isNumpy)) {
      NpyHeader header = NpyReader.readHeader(source, channel);
      int bytes = header.payloadBytes(source);
      byte[] content = HeapBudget.ofThisProcess().allocate(source, bytes, BY_ROWS);
      NpyElements.in(channel, channel.position(), header).read(0, ByteBuffer.wrap(content));
      return HeapArray.of(header.type(), new TensorShape(header.shape()), content);
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
    try (FileChannel channel = InputFile.open(file, "a NumPy file (.npy)", Magic::isNumpy)) {
      NpyHeader header = NpyReader.readHeader(file.toString(), channel);
      return new TensorInfo("(array)", header.type(), new TensorShape(header.shape()));
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
  public static HeapArray read(String source, InputStream in) throws IOException {
    return read(source, in, Integer.MAX_VALUE);
  }

  /** Reads an array of at most so many bytes of elements. */
  static HeapArray read(String source, InputStream in, long mostBytes) throws IOException {
    NpyHeader header = NpyReader.readHeader(source, in);
    int expected = header.payloadBytes(source);
    if (expected > mostBytes) {
      throw new MalformedFileException(
          source,
          "at most " + Plural.of(mostBytes, "byte") + " of elements here",
          Plural.of(expected, "byte"));
    }
    // Grows with what is really there: a header that promises too much costs nothing.
    byte[] payload = in.readNBytes(expected);
    if (payload.length < expected) {
      throw new MalformedFileException(
          source,
          Plural.of(expected, "byte") + " after the header",
          payload.length + " (truncated?)");
    }
    if (in.read() >= 0) {
      throw new MalformedFileException(
          source, Plural.of(expected, "byte") + " after the header", "more than that");
    }
    return HeapArray.of(
        header.type(),
        new TensorShape(header.shape()),
        NpyElements.rowByRow(source, header, payload));
  }

  /**
   * The bytes of a file, as {@code numpy.save} writes them: version 1, row by row, little-endian.
   *
   * @param array the array
   * @return header and elements
   */
  public static byte[] encode(HeapArray array) {
    byte[] header = NpyHeader.encode(array.type(), array.shape());
    ByteBuffer elements = array.bytes();
    byte[] file = Arrays.copyOf(header, Math.addExact(header.length, elements.remaining()));
    elements.get(file, header.length, elements.remaining());
    return file;
  }

  /**
   * The bytes before the elements, for files that are written row by row: version 1, row by row,
   * little-endian.
   *
   * @param type of the elements
   * @param shape of all of them
   * @return magic, version and header
   * @throws IllegalArgumentException if NumPy has no such type
   */
  public static byte[] header(ElementType type, long... shape) {
    return NpyHeader.encode(type, shape);
  }

  /**
   * Writes a file. It appears under its name only when complete; an existing one is replaced.
   *
   * @param file the file; its folder must exist
   * @param array the array
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, HeapArray array) throws IOException {
    try (StagedFile staged = StagedFile.create(file)) {
      staged.output().write(NpyHeader.encode(array.type(), array.shape()));
      array.writeTo(staged.output());
      staged.publish();
    }
  }
}
