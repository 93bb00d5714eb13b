package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Heap numbers as tensors with native memory of their own. Autograd may keep a factor or divisor
 * until the backward pass, longer than the garbage collector keeps the heap buffer which the engine
 * would only wrap; {@code mul(Number)} and {@code div(Number)} wrap such a buffer, too.
 */
final class HostTensor {
  private HostTensor() {}

  /** A float64 number without axes: it leaves the type of a matrix as it is. */
  static NDArray scalar(NDManager owner, double value) {
    return copy(owner, new double[] {value}, new Shape(), DataType.FLOAT64);
  }

  static NDArray copy(NDManager owner, double[] values, Shape shape, DataType type) {
    try (NDArray wrapped = owner.create(values, shape)) {
      return type == DataType.FLOAT64 ? wrapped.duplicate() : wrapped.toType(type, true);
    }
  }
}
