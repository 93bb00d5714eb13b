// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.formats.tensor.TensorContent;

/** Reads a tensor of any size and device, window by window: no buffer holds more than 2 GiB. */
final class TensorWindows {
  private TensorWindows() {}

  /** Hands over the elements in their order, little-endian. */
  static void forEach(NDArray array, TensorContent.Sink sink) throws IOException {
    try (CallScope scope = CallScope.open(array.getDevice())) {
      long size = array.size();
      NDArray flat = array.reshape(size);
      int step = TensorTransfer.WINDOW / DataTypes.of(array).getNumOfBytes();
      for (long from = 0; from < size; from += step) {
        long to = Math.min(size, from + step);
        try (NDArray window = flat.get(new NDIndex(from + ":" + to))) {
          sink.accept(window.toByteBuffer(true));
        }
      }
    }
  }
}
