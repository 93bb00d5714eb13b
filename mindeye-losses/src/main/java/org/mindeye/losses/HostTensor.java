package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Heap numbers as tensors with native memory of their own. */
final class HostTensor {
  private HostTensor() {}

  /**
   * Copies, because autograd may keep the tensor longer than the garbage collector keeps the heap
   * buffer which the engine would only wrap.
   */
  static NDArray copy(NDManager owner, double[] values, Shape shape, DataType type) {
    try (NDArray wrapped = owner.create(values, shape)) {
      return type == DataType.FLOAT64 ? wrapped.duplicate() : wrapped.toType(type, true);
    }
  }
}
