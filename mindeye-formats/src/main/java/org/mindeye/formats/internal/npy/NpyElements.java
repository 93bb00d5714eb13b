// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal.npy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.mindeye.formats.internal.StridedElements;
import org.mindeye.formats.internal.StridedLayout;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.TensorElements;

/** The elements of a NumPy array in the order all readers use: little-endian, row by row. */
public final class NpyElements {
  /** What to do about an array that the heap does not hold. */
  public static final String BY_ROWS = "read it row by row with NpyFile";

  private NpyElements() {}

  /**
   * Elements that lie in a file, whatever their order there.
   *
   * @param channel the file
   * @param position of the first one
   * @param header what the file says
   * @return the elements
   * @throws IOException if the file cannot be mapped
   */
  public static TensorElements in(FileChannel channel, long position, NpyHeader header)
      throws IOException {
    TensorElements elements =
        isByColumns(header)
            ? new StridedElements(channel, columns(header, position))
            : TensorElements.in(channel, position);
    return littleEndian(elements, header);
  }

  /**
   * Elements that were read into the heap as they lie in the file.
   *
   * @param payload the bytes; not copied
   * @param header what the file says
   * @return the elements
   */
  public static TensorElements inHeap(byte[] payload, NpyHeader header) {
    TensorElements elements =
        isByColumns(header)
            ? new StridedElements(payload, columns(header, 0))
            : (firstByte, into) -> into.put(payload, (int) firstByte, into.remaining());
    return littleEndian(elements, header);
  }

  /**
   * Whether the file's order is another one, so that elements must be picked one by one.
   *
   * @param header what the file says
   * @return whether the first axis runs fastest
   */
  public static boolean isByColumns(NpyHeader header) {
    return header.fortran() && header.shape().length > 1;
  }

  /**
   * The same elements with their bytes in the order all readers use.
   *
   * @param elements as they lie in the file
   * @param header what the file says
   * @return the elements
   */
  public static TensorElements littleEndian(TensorElements elements, NpyHeader header) {
    if (header.order() == ByteOrder.LITTLE_ENDIAN) {
      return elements;
    }
    return (firstByte, into) -> {
      elements.read(firstByte, into);
      reverseElements(into, header.type().bytes());
    };
  }

  /** The first axis runs fastest. */
  private static StridedLayout columns(NpyHeader header, long position) {
    long[] shape = header.shape();
    long[] strides = new long[shape.length];
    long step = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      strides[axis] = step;
      step *= shape[axis];
    }
    return new StridedLayout(
        header.type(), position, step * header.type().bytes(), shape.clone(), strides);
  }

  /**
   * All elements in the order all readers use.
   *
   * @param source names the file in messages
   * @param header what it says
   * @param payload its elements, the caller's own; may be overwritten
   * @return the elements, little-endian, the last axis fastest
   */
  public static byte[] rowByRow(String source, NpyHeader header, byte[] payload) {
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
  private static void reverseElements(ByteBuffer bytes, int width) {
    for (int element = 0; element < bytes.limit(); element += width) {
      for (int low = element, high = element + width - 1; low < high; low++, high--) {
        byte swapped = bytes.get(low);
        bytes.put(low, bytes.get(high)).put(high, swapped);
      }
    }
  }
}
