// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.mindeye.formats.io.HeapBudget;

/** Tensors as Java arrays. */
final class HeapReader {
  /** Elements of a window. */
  private static final int WINDOW = 1 << 18;

  /** A few header words less than 2^31: the largest array every JVM allocates. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private static final String BY_WINDOWS = "read it window by window";

  private HeapReader() {}

  /** See {@link TensorFile#array}. */
  static HeapArray array(TensorFile file, String name) {
    TensorInfo info = file.info(name);
    String place = place(file, name);
    int bytes = length(place, info.bytes(), "bytes");
    ByteBuffer content =
        ByteBuffer.wrap(HeapBudget.ofThisProcess().allocate(place, bytes, BY_WINDOWS));
    read(file, name, file.elements(name), 0, content);
    requireBooleans(place, info, content.flip());
    return HeapArray.of(info.type(), info.shape(), content.array());
  }

  /** See {@link TensorFile#floats}. */
  static float[] floats(TensorFile file, String name) {
    TensorInfo info = file.info(name);
    String place = place(file, name);
    int size = length(place, info.size(), "elements");
    HeapBudget.ofThisProcess().require(place, (long) size * Float.BYTES, BY_WINDOWS);
    float[] values = new float[size];
    TensorElements elements = file.elements(name);
    int width = info.type().bytes();
    for (int from = 0; from < size; from += Math.min(WINDOW, size - from)) {
      int count = Math.min(WINDOW, size - from);
      ByteBuffer window = ByteBuffer.allocate(count * width);
      read(file, name, elements, (long) from * width, window);
      requireBooleans(place, info, window.flip());
      HeapArray part = HeapArray.of(info.type(), new TensorShape(count), window.array());
      System.arraycopy(part.toFloats(), 0, values, from, count);
    }
    return values;
  }

  private static String place(TensorFile file, String name) {
    return file.source() + ": tensor '" + name + "'";
  }

  private static int length(String place, long count, String what) {
    if (count > MOST) {
      throw new MalformedFileException(
          place, "at most 2^31 " + what + " to be read into the heap", count + "");
    }
    return (int) count;
  }

  private static void read(
      TensorFile file, String name, TensorElements elements, long firstByte, ByteBuffer into) {
    if (!into.hasRemaining()) {
      return;
    }
    try {
      elements.read(firstByte, into.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw ReadFailure.of(file.source(), "tensor '" + name + "'", e);
    }
  }

  private static void requireBooleans(String place, TensorInfo info, ByteBuffer bytes) {
    if (info.type() == ElementType.BOOL) {
      while (bytes.hasRemaining()) {
        Widening.requireBoolean(place, bytes.get());
      }
    }
  }
}
