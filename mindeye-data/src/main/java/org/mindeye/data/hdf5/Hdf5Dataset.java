// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.api.Attribute;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.CompactDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.dataset.chunked.ChunkedDatasetV4;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorShape;

/**
 * A dataset of numbers in an open {@link Hdf5File}. Axes are in the order of the file, the last one
 * fastest, as in Python; MATLAB shows them the other way round.
 *
 * <p>Integers and floats of all widths are read as they are, in either byte order; h5py's truth
 * values as {@link ElementType#BOOL}, and unsigned 32-bit integers as signed ones of 64 bits.
 */
public final class Hdf5Dataset {
  /** Compression makes a thousandth of zeros at best. */
  private static final long BEST_RATIO = 1100;

  private static final String BY_SLICES = "read it slice by slice";

  private final Hdf5File file;
  private final String name;
  private final DatasetBase dataset;
  private final Hdf5Type type;
  private final long[] shape;
  private final long[] chunks;
  private final FilledChunks written;

  private Hdf5Dataset(
      Hdf5File file, String name, DatasetBase dataset, Hdf5Type type, long[] shape, long[] chunks) {
    this.file = file;
    this.name = name;
    this.dataset = dataset;
    this.type = type;
    this.shape = shape;
    this.chunks = chunks;
    written =
        dataset instanceof ChunkedDataset chunked
            ? new FilledChunks(file, place(), chunked, chunks)
            : null;
    if (dataset instanceof ChunkedDatasetV4
        && ChunkOrder.unlimited(file.read(place(), dataset::getMaxSize)) == 1) {
      written.requireLast(shape);
    }
  }

  static Hdf5Dataset of(Hdf5File file, String name, DatasetBase dataset, long fileBytes) {
    String place = file.place(name);
    Hdf5Type type =
        file.read(place, () -> Hdf5Type.of(dataset.getDataType()))
            .orElseThrow(
                () ->
                    new MalformedFileException(
                        place,
                        "integers or floats of a usual width",
                        dataset.getDataType().getClass().getSimpleName()
                            + " of "
                            + Plural.of(dataset.getDataType().getSize(), "byte")));
    long[] shape = file.read(place, () -> dataset.getDimensionsAsLong().clone());
    long bytes = bytes(place, shape, type.width(), Long.MAX_VALUE);
    long[] chunks = null;
    if (dataset instanceof ChunkedDataset chunked) {
      int[] lengths = file.read(place, chunked::getChunkDimensions);
      chunks = Arrays.stream(lengths).asLongStream().toArray();
      requireChunks(place, shape, chunks, type.width(), fileBytes);
      if (dataset instanceof ChunkedDatasetV4) {
        ChunkOrder.require(place, shape, chunks, file.read(place, dataset::getMaxSize));
      }
    } else if (dataset instanceof ContiguousDataset contiguous) {
      long address = file.read(place, contiguous::getDataAddress);
      if (bytes > 0 && (address < 0 || bytes > fileBytes - address)) {
        throw new MalformedFileException(
            place,
            Plural.of(bytes, "byte") + " for the shape " + new TensorShape(shape),
            address < 0
                ? "none: it was never written"
                : "a file of " + Plural.of(fileBytes, "byte") + " (truncated?)");
      }
    }
    return new Hdf5Dataset(file, name, dataset, type, shape, chunks);
  }

  private static void requireChunks(
      String place, long[] shape, long[] chunks, int width, long fileBytes) {
    long count = 1;
    boolean sound = chunks.length == shape.length && shape.length > 0;
    for (int axis = 0; sound && axis < shape.length; axis++) {
      sound = chunks[axis] > 0 && shape[axis] >= 0;
      if (sound) {
        count = saturated(count, (shape[axis] - 1) / chunks[axis] + 1);
      }
    }
    long bytes = sound ? Arrays.stream(chunks).reduce(width, Hdf5Dataset::saturated) : 0;
    if (!sound || count > fileBytes || bytes > fileBytes * BEST_RATIO) {
      throw new MalformedFileException(
          place,
          "chunks that a file of " + Plural.of(fileBytes, "byte") + " has room for",
          "the shape " + Arrays.toString(shape) + " in chunks of " + Arrays.toString(chunks));
    }
  }

  private static long saturated(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private static long bytes(String place, long[] shape, int width, long most) {
    boolean negative = Arrays.stream(shape).anyMatch(length -> length < 0);
    long bytes = negative ? -1 : Arrays.stream(shape).reduce(width, Hdf5Dataset::saturated);
    if (bytes < 0 || bytes > most || bytes == Long.MAX_VALUE) {
      throw new MalformedFileException(
          place,
          most == Long.MAX_VALUE ? "a size that a file can have" : "at most 2 GiB at a time",
          "the shape " + Arrays.toString(shape));
    }
    return bytes;
  }

  /**
   * Where it lies in the file.
   *
   * @return the path it was found under
   */
  public String name() {
    return name;
  }

  /**
   * File and dataset, for messages.
   *
   * @return both names
   */
  public String place() {
    return file.place(name);
  }

  /**
   * The type of the elements.
   *
   * @return the type they are read as
   */
  public ElementType type() {
    return type.element();
  }

  /**
   * The axes.
   *
   * @return their lengths, the last axis fastest; none for a scalar
   */
  public TensorShape shape() {
    return new TensorShape(shape);
  }

  /**
   * The pieces the dataset is stored in. Each is read, and decompressed, whole: slices that follow
   * them are read fastest.
   *
   * @return the lengths of a piece; empty where the elements lie in one piece
   */
  public Optional<TensorShape> chunks() {
    return Optional.ofNullable(chunks).map(TensorShape::new);
  }

  /**
   * A text that is attached to the dataset.
   *
   * @param attribute its name
   * @return the text, if there is an attribute of this name and it is one
   * @throws MalformedFileException if it is damaged
   * @throws IllegalStateException if the file is closed
   */
  public Optional<String> text(String attribute) {
    return file.read(
        place(),
        () ->
            Optional.ofNullable(dataset.getAttribute(attribute))
                .map(Attribute::getData)
                .filter(String.class::isInstance)
                .map(String.class::cast));
  }

  /**
   * Reads everything.
   *
   * @return all elements
   * @throws MalformedFileException if they take more than 2 GiB, or are damaged
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them
   * @throws IllegalStateException if the file is closed
   */
  public HeapArray read() {
    if (shape.length == 0 || dataset instanceof CompactDataset) {
      byte[] content = allocate(shape);
      return array(content, shape, file.read(place(), dataset::getDataBuffer));
    }
    return read(new long[shape.length], shape.clone());
  }

  /**
   * Reads some rows: what indices of the first axis select.
   *
   * @param from the first one
   * @param to behind the last one
   * @return an array of {@code to - from} rows
   * @throws IndexOutOfBoundsException if there are no such rows
   * @throws MalformedFileException if they take more than 2 GiB, or are damaged
   * @throws org.mindeye.MindEyeException if the Java heap does not hold them
   * @throws IllegalStateException if the file is closed
   */
  public HeapArray rows(long from, long to) {
    long[] first = new long[shape.length];
    long[] lengths = shape.clone();
    if (shape.length > 0) {
      first[0] = from;
      lengths[0] = to - from;
    }
    return read(first, lengths);
  }

  /**
   * Reads a slice.
   *
   * @param first where it starts on each axis
   * @param lengths how many indices it has on each axis
   * @return an array of these lengths
   * @throws IndexOutOfBoundsException if the slice is not within the dataset
   * @throws MalformedFileException if it takes more than 2 GiB, or is damaged
   * @throws org.mindeye.MindEyeException if the Java heap does not hold it
   * @throws IllegalStateException if the file is closed
   */
  public HeapArray read(long[] first, long[] lengths) {
    boolean within = first.length == shape.length && lengths.length == shape.length;
    for (int axis = 0; within && axis < shape.length; axis++) {
      within = first[axis] >= 0 && lengths[axis] >= 0 && first[axis] <= shape[axis] - lengths[axis];
    }
    if (!within || shape.length == 0) {
      throw new IndexOutOfBoundsException(
          place()
              + ": a slice from "
              + Arrays.toString(first)
              + " of "
              + Arrays.toString(lengths)
              + " is not within "
              + shape());
    }
    byte[] content = allocate(lengths);
    if (content.length == 0) {
      return array(content, lengths, ByteBuffer.allocate(0));
    }
    if (dataset instanceof CompactDataset) {
      return part(read(), first, lengths);
    }
    if (dataset instanceof ContiguousDataset together) {
      long address = together.getDataAddress();
      return array(content, lengths, file.read(place(), () -> runs(address, first, lengths)));
    }
    written.require(first, lengths);
    int[] counts = Arrays.stream(lengths).mapToInt(Math::toIntExact).toArray();
    return array(
        content, lengths, file.read(place(), () -> dataset.getSliceDataBuffer(first, counts)));
  }

  /** Reads at once what lies together, where jHDF asks for each run along the last axis. */
  private ByteBuffer runs(long address, long[] first, long[] lengths) {
    int axis = shape.length - 1;
    long run = lengths[axis] * type.width();
    while (axis > 0 && lengths[axis] == shape[axis]) {
      run *= lengths[--axis];
    }
    int outer = axis;
    long bytes = new TensorShape(lengths).size() * type.width();
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes));
    long[] at = first.clone();
    while (all.hasRemaining()) {
      long element = 0;
      for (int i = 0; i < shape.length; i++) {
        element = element * shape[i] + at[i];
      }
      all.limit(all.position() + Math.toIntExact(run));
      file.fill(address + element * type.width(), all);
      all.limit(all.capacity());
      for (int i = outer - 1; i >= 0 && ++at[i] == first[i] + lengths[i]; i--) {
        at[i] = first[i];
      }
    }
    return all.flip();
  }

  /** A slice of what is in memory. */
  private static HeapArray part(HeapArray whole, long[] first, long[] lengths) {
    int width = whole.type().bytes();
    long[] axes = whole.shape();
    int last = axes.length - 1;
    int run = Math.toIntExact(lengths[last] * width);
    byte[] content = new byte[Math.toIntExact(new TensorShape(lengths).size() * width)];
    ByteBuffer bytes = whole.bytes();
    long[] at = first.clone();
    for (int target = 0; target < content.length; target += run) {
      long element = 0;
      for (int axis = 0; axis < axes.length; axis++) {
        element = element * axes[axis] + at[axis];
      }
      bytes.position(Math.toIntExact(element * width)).get(content, target, run);
      for (int axis = last - 1; axis >= 0 && ++at[axis] == first[axis] + lengths[axis]; axis--) {
        at[axis] = first[axis];
      }
    }
    return HeapArray.of(whole.type(), new TensorShape(lengths), content);
  }

  /** Room for elements of our type, where the file's fit beside them. */
  private byte[] allocate(long[] lengths) {
    long bytes = bytes(place(), lengths, type.element().bytes(), Integer.MAX_VALUE - 8);
    HeapBudget heap = HeapBudget.ofThisProcess();
    heap.require(place(), 2 * bytes, BY_SLICES);
    return heap.allocate(place(), (int) bytes, BY_SLICES);
  }

  private HeapArray array(byte[] content, long[] lengths, ByteBuffer elements) {
    long expected = (long) content.length / type.element().bytes() * type.width();
    if (elements.remaining() != expected) {
      throw new MalformedFileException(
          place(),
          Plural.of(expected, "byte") + " of elements",
          String.valueOf(elements.remaining()));
    }
    type.convert(elements, content);
    return HeapArray.of(type.element(), new TensorShape(lengths), content);
  }

  @Override
  public String toString() {
    return name + " " + type.element() + shape();
  }
}
