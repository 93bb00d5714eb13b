// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.matlab;

import java.nio.ByteBuffer;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.TensorShape;

/** MATLAB's first axis is the fastest one, and the last one in other programs. */
final class Axes {
  private Axes() {}

  static long[] reversed(long[] axes) {
    long[] reversed = new long[axes.length];
    for (int axis = 0; axis < axes.length; axis++) {
      reversed[axis] = axes[axes.length - 1 - axis];
    }
    return reversed;
  }

  /** The same elements with all axes in the opposite order. */
  static HeapArray reversed(String place, HeapArray array) {
    long[] from = array.shape();
    long[] to = reversed(from);
    int width = array.type().bytes();
    ByteBuffer elements = array.bytes();
    byte[] content =
        HeapBudget.ofThisProcess()
            .allocate(place, elements.remaining(), "read its dataset slice by slice");
    long[] strides = new long[from.length];
    long step = 1;
    for (int axis = from.length - 1; axis >= 0; axis--) {
      strides[from.length - 1 - axis] = step;
      step *= from[axis];
    }
    long[] at = new long[to.length];
    for (int target = 0; target < content.length; target += width) {
      long element = 0;
      for (int axis = 0; axis < to.length; axis++) {
        element += at[axis] * strides[axis];
      }
      elements.position(Math.toIntExact(element * width)).get(content, target, width);
      for (int axis = to.length - 1; axis >= 0 && ++at[axis] == to[axis]; axis--) {
        at[axis] = 0;
      }
    }
    return HeapArray.of(array.type(), new TensorShape(to), content);
  }
}
