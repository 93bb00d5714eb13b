package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.mindeye.core.weights.TensorTransfer.Elements;

/** The elements of a NumPy array in the order all readers use: little-endian, row by row. */
final class NpyElements {
  private NpyElements() {}

  /** Elements that lie in a file, whatever their order there. */
  static Elements in(FileChannel channel, long position, NpyHeader header) throws IOException {
    Elements elements =
        isByColumns(header)
            ? new StridedElements(channel, columns(header, position))
            : Elements.in(channel, position);
    return littleEndian(elements, header);
  }

  /** Elements that were read into the heap as they lie in the file. */
  static Elements inHeap(byte[] payload, NpyHeader header) {
    Elements elements =
        isByColumns(header)
            ? new StridedElements(payload, columns(header, 0))
            : (firstByte, into) -> into.put(payload, (int) firstByte, into.remaining());
    return littleEndian(elements, header);
  }

  /** Whether the file's order is another one, so that elements must be picked one by one. */
  static boolean isByColumns(NpyHeader header) {
    return header.fortran() && header.shape().length > 1;
  }

  /** The same elements with their bytes in the order all readers use. */
  static Elements littleEndian(Elements elements, NpyHeader header) {
    if (header.order() == ByteOrder.LITTLE_ENDIAN) {
      return elements;
    }
    return (firstByte, into) -> {
      elements.read(firstByte, into);
      Npy.reverseElements(into, header.type().bytes());
    };
  }

  /** The first axis runs fastest. */
  private static TorchTensor columns(NpyHeader header, long position) {
    long[] shape = header.shape();
    long[] strides = new long[shape.length];
    long step = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      strides[axis] = step;
      step *= shape[axis];
    }
    return new TorchTensor(
        header.type(), position, step * header.type().bytes(), shape.clone(), strides);
  }
}
