package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.core.memory.HeapBudget;

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

  /** All of them, row by row. */
  private final TensorTransfer.Elements elements;

  private final TensorTransfer transfer;

  private NpyFile(
      String source, FileChannel channel, NpyHeader header, TensorTransfer.Elements elements) {
    this.source = source;
    this.channel = channel;
    this.header = header;
    this.elements = elements;
    transfer = new TensorTransfer(source);
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
    FileChannel channel = InputFile.open(file, "a NumPy file (.npy)");
    try {
      return read(file.toString(), channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static NpyFile read(String source, FileChannel channel) throws IOException {
    NpyHeader header = Npy.readHeader(source, channel);
    if (header.shape().length == 0) {
      throw new MalformedFileException(source, "an array with rows", "a scalar");
    }
    return new NpyFile(
        source, channel, header, NpyElements.in(channel, channel.position(), header));
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
   * @throws org.mindeye.core.MindEyeException if the Java heap does not hold them
   */
  public NpyArray read(long from, long to) {
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
      throw TensorTransfer.failure(source, "rows " + from + " to " + to, e);
    }
    return new NpyArray(part.type(), part.shape(), bytes);
  }

  /**
   * Reads rows as a tensor.
   *
   * @param from the first one
   * @param to behind the last one
   * @param owner the manager that owns the result, on whose device it is made
   * @return {@code [to - from, ...]} of the type {@link ElementType#tensorType} gives: every
   *     floating type becomes float32
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public NDArray load(long from, long to, NDManager owner) {
    Shape shape = new Shape(part(from, to).shape());
    return transfer.load(
        new TensorInfo("rows " + from + " to " + to, type(), shape), elements(from), owner);
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
  private TensorTransfer.Elements elements(long row) {
    long rowBytes = Arrays.stream(header.shape()).skip(1).reduce(type().bytes(), (a, b) -> a * b);
    if (!channel.isOpen()) { // what is mapped would still be there
      throw TensorTransfer.failure(source, "its rows", new ClosedChannelException());
    }
    long skipped = row * rowBytes;
    return (firstByte, into) -> elements.read(skipped + firstByte, into);
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
