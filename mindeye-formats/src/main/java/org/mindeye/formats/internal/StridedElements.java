// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.mindeye.formats.tensor.TensorElements;

/**
 * The elements of a tensor that lie in any order, or several times: transposed, expanded, cut out
 * of another. The part of the file they lie in is mapped, not read, since it is visited back and
 * forth.
 */
public final class StridedElements implements TensorElements {
  /** Bytes per mapped part; Java maps no more than 2 GiB at once. */
  static final int WINDOW = 1 << 30;

  private final StridedLayout tensor;
  private final ByteBuffer[] parts;
  private final int window;

  /**
   * Elements in a file.
   *
   * @param channel the file
   * @param tensor where they lie in it
   * @throws IOException if the file cannot be mapped
   */
  public StridedElements(FileChannel channel, StridedLayout tensor) throws IOException {
    this(channel, tensor, WINDOW);
  }

  /**
   * Elements in a file, with windows of any size.
   *
   * @param channel the file
   * @param tensor where they lie in it
   * @param window a multiple of any element's width, so that no element lies in two
   * @throws IOException if the file cannot be mapped
   */
  public StridedElements(FileChannel channel, StridedLayout tensor, int window) throws IOException {
    this.tensor = tensor;
    this.window = window;
    this.parts = new ByteBuffer[(int) ((tensor.span() + window - 1) / window)];
    for (int i = 0; i < parts.length; i++) {
      long from = (long) i * window;
      long bytes = Math.min(window, tensor.span() - from);
      parts[i] =
          channel
              .map(MapMode.READ_ONLY, tensor.position() + from, bytes)
              .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /**
   * Elements that are in the heap already.
   *
   * @param content not copied
   * @param tensor where they lie in it
   */
  public StridedElements(byte[] content, StridedLayout tensor) {
    this.tensor = tensor;
    this.window = WINDOW;
    this.parts = new ByteBuffer[(content.length + window - 1) / window + 1];
    for (int i = 0; (long) i * window < content.length; i++) {
      int bytes = Math.min(window, content.length - i * window);
      parts[i] = ByteBuffer.wrap(content, i * window, bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Override
  public void read(long firstByte, ByteBuffer into) {
    int width = tensor.type().bytes();
    long[] sizes = tensor.sizes();
    long[] index = indexOf(firstByte / width);
    long at = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      at += index[axis] * tensor.strides()[axis] * width;
    }
    while (into.hasRemaining()) {
      copy(parts[(int) (at / window)], (int) (at % window), into, width);
      // Counts up like an odometer, last axis first, and keeps the position in step.
      for (int axis = sizes.length - 1; axis >= 0; axis--) {
        long step = tensor.strides()[axis] * width;
        at += step;
        if (++index[axis] < sizes[axis]) {
          break;
        }
        at -= index[axis] * step;
        index[axis] = 0;
      }
    }
  }

  private long[] indexOf(long element) {
    long[] index = new long[tensor.sizes().length];
    long rest = element;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = rest % tensor.sizes()[axis];
      rest /= tensor.sizes()[axis];
    }
    return index;
  }

  private static void copy(ByteBuffer from, int at, ByteBuffer into, int width) {
    into.order(ByteOrder.LITTLE_ENDIAN);
    switch (width) {
      case 1 -> into.put(from.get(at));
      case 2 -> into.putShort(from.getShort(at));
      case 4 -> into.putInt(from.getInt(at));
      default -> into.putLong(from.getLong(at));
    }
  }
}
