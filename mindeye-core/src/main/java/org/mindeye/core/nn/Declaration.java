// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/**
 * What a network knows about a parameter or buffer besides its name and shape.
 *
 * @param type of its numbers
 * @param role what they are for
 * @param initial what it holds before training
 * @param otherNames what files may call it instead
 */
record Declaration(DataType type, Role role, Initializer initial, List<String> otherNames) {
  /** What the numbers are for. */
  enum Role {
    /** Trained. */
    PARAMETER,
    /** Saved, but not trained. */
    BUFFER,
    /** Multiplied by, or added to a product. */
    PRODUCT,
    /** A linear layer's matrix that may be 8-bit integers. */
    MATRIX
  }

  /** Elements filled at a time, so that a tensor of several gigabytes needs no second copy. */
  private static final int WINDOW = 1 << 22;

  boolean buffer() {
    return role == Role.BUFFER;
  }

  /** The type in a network that keeps its weights in a format. */
  DataType storedIn(Precision precision) {
    if (precision == Precision.FLOAT32 || type != DataType.FLOAT32) {
      return type;
    }
    return switch (role) {
      case PARAMETER, BUFFER -> type;
      case PRODUCT -> DataType.BFLOAT16;
      case MATRIX -> precision == Precision.BFLOAT16 ? DataType.BFLOAT16 : DataType.INT8;
    };
  }

  /**
   * The initial values.
   *
   * @param stored float32 or what the numbers are rounded to
   */
  NDArray create(NDManager owner, Shape shape, DataType stored, NoiseSource noise) {
    NDArray created = DataTypes.empty(owner, shape, stored);
    long size = shape.size();
    long row = shape.dimension() == 0 ? 1 : size / shape.get(0);
    long step = Math.max(1, WINDOW / row) * row;
    try (NDArray flat = created.reshape(size)) {
      for (long from = 0; from < size; from += step) {
        float[] values = new float[Math.toIntExact(Math.min(step, size - from))];
        initial.fill(values, from, noise);
        try (NDArray window = flat.get(new NDIndex("{}:{}", from, from + values.length));
            NDArray chunk = owner.create(values)) {
          LinearCombination.assign(window, chunk); // converts
        }
      }
    }
    return created;
  }
}
