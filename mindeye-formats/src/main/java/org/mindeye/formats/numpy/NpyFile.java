// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.numpy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.formats.internal.InputFile;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.npy.NpyElements;
import org.mindeye.formats.internal.npy.NpyHeader;
import org.mindeye.formats.internal.npy.NpyReader;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.ReadFailure;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorInfo;
import org.mindeye.formats.tensor.TensorShape;

/**
 * A {@code .npy} file of any size that stays on the disk: rows are read when asked for. A row is
 * what one index of the first axis selects.
 *
 * <p>Reading is safe from several threads. It fails with an {@link UncheckedIOException} if the
 * file cannot be read any more, and with an {@link IllegalStateException} after closing.
 */
public final class NpyFile implements AutoCloseable {
  private final String source;
  private final FileChannel channel;
  private final NpyHeader header;
  private final long firstElement;

  /** All of them, row by row. */
  private final TensorElements elements;

  private NpyFile(String source, FileChannel channel, NpyHeader header, long firstElement)
      throws IOException {
    this.source = source;
    this.channel = channel;
    this.header = header;
    this.firstElement = firstElement;
    elements = NpyElements.in(channel, firstElement, header);
  }

  /**
   * Opens a file and checks its header and length.
   *
   * @param file the file; at least one axis, in either order of the elements (where the first axis
   *     runs fastest, the elements of a row are picked one by one)
   * @return the open file, which the caller closes
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is no such file, or has no rows: a scalar
   */
  public static NpyFile open(Path file) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel = opened.add(InputFile.open(file, "a NumPy file (.npy)", Magic::isNumpy));
      return opened.done(read(file.toString(), channel));
    }
  }

  private static NpyFile read(String source, FileChannel channel) throws IOException {
    NpyHeader header = NpyReader.readHeader(source, channel);
    if (header.shape().length == 0) {
      throw new MalformedFileException(source, "an array with rows", "a scalar");
    }
    return new NpyFile(source, channel, header, channel.position());
  }

  /**
   * The type of the elements.
   *
   * @return as in the file
   */
  public ElementType type() {
    return header.type();
  }

  /**
   * The length of each axis.
   *
   * @return a copy, at least one
   */
  public long[] shape() {
    return header.shape().clone();
  }

  /**
   * How many rows there are.
   *
   * @return the length of the first axis
   */
  public long rows() {
    return header.shape()[0];
  }

  /**
   * Reads rows into the heap.
   *
   * @param from the first one
   * @param to behind the last one
   * @return an array of {@code to - from} rows
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws MalformedFileException if they take more than 2 GiB
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them
   */
  public HeapArray read(long from, long to) {
    NpyHeader part = part(from, to);
    byte[] bytes =
        HeapBudget.ofThisProcess()
            .allocate(
                source + ": rows " + from + " to " + to,
                part.payloadBytes(source),
                "read fewer rows at a time");
    try {
      elements(from).read(0, ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw ReadFailure.of(source, "rows " + from + " to " + to, e);
    }
    return HeapArray.of(part.type(), new TensorShape(part.shape()), bytes);
  }

  /**
   * The elements of some rows, to be read window by window.
   *
   * @param from the first one
   * @param to behind the last one
   * @return little-endian, the last axis fastest
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws UncheckedIOException if the file is closed
   */
  public TensorElements elements(long from, long to) {
    part(from, to);
    return elements(from);
  }

  /**
   * What some rows are.
   *
   * @param from the first one
   * @param to behind the last one
   * @return type and shape, under a name that says which rows
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public TensorInfo info(long from, long to) {
    return new TensorInfo(
        "rows " + from + " to " + to, type(), new TensorShape(part(from, to).shape()));
  }

  /**
   * Maps rows into memory as they lie in the file. The mapping outlives this object, and the system
   * unmaps it when the buffer is collected. The file must not shrink meanwhile: reading what is
   * gone may end the process.
   *
   * @param from the first one
   * @param to behind the last one
   * @return read-only, little-endian, the last axis fastest
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws MalformedFileException if they take 2 GiB or more, or the file has its elements in
   *     another order: big-endian, or the first axis fastest
   * @throws IOException if the file cannot be mapped
   */
  public MappedByteBuffer map(long from, long to) throws IOException {
    int bytes = part(from, to).payloadBytes(source);
    boolean plain = header.order() == ByteOrder.LITTLE_ENDIAN && !NpyElements.isByColumns(header);
    if (!plain) {
      throw new MalformedFileException(
          source,
          "little-endian numbers, row after row, as numpy.ascontiguousarray makes them",
          header.fortran() ? "columns one after the other" : "big-endian numbers");
    }
    MappedByteBuffer mapped =
        channel.map(FileChannel.MapMode.READ_ONLY, firstElement + from * rowBytes(), bytes);
    mapped.order(ByteOrder.LITTLE_ENDIAN);
    return mapped;
  }

  /**
   * Names the file in messages.
   *
   * @return the path it was opened with
   */
  public String source() {
    return source;
  }

  /** What a file of these rows alone would say. */
  private NpyHeader part(long from, long to) {
    if (from < 0 || from > to || to > rows()) {
      throw new IndexOutOfBoundsException(
          source + ": rows " + from + " to " + to + " of " + rows());
    }
    long[] shape = shape();
    shape[0] = to - from;
    return new NpyHeader(type(), ByteOrder.LITTLE_ENDIAN, false, shape);
  }

  /** The elements from a row on, little-endian. */
  private TensorElements elements(long row) {
    if (!channel.isOpen()) { // what is mapped would still be there
      throw ReadFailure.of(source, "its rows", new ClosedChannelException());
    }
    long skipped = row * rowBytes();
    return (firstByte, into) -> elements.read(skipped + firstByte, into);
  }

  private long rowBytes() {
    return Arrays.stream(header.shape()).skip(1).reduce(type().bytes(), (a, b) -> a * b);
  }

  /**
   * Releases the file. Closing twice is harmless.
   *
   * @throws UncheckedIOException if the file cannot be closed
   */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
  }
}
