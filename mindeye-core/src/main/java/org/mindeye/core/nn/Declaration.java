// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.Precision;
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

  /** Takes initial values. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes some of them.
     *
     * @param from the number of the first
     * @param values freed when this returns
     */
    void take(long from, NDArray values);
  }

  /**
   * Draws the initial values, whole rows at a time. What is needed is one window.
   *
   * @param owner on whose device they are
   * @param taker is given all of them as float32 {@code [rows, numbers in a row]}, in their order
   */
  void draw(NDManager owner, Shape shape, NoiseSource noise, Taker taker) {
    long size = shape.size();
    long row = shape.dimension() == 0 ? 1 : size / shape.get(0);
    int step = Math.toIntExact(Math.min(size, Math.max(1, WINDOW / row) * row));
    float[] values = new float[step];
    ByteBuffer memory =
        ByteBuffer.allocateDirect(Math.multiplyExact(step, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    for (long from = 0; from < size; from += step) {
      int count = (int) Math.min(step, size - from);
      values = count == step ? values : new float[count];
      Arrays.fill(values, 0);
      initial.fill(values, from, noise);
      memory.clear().limit(count * Float.BYTES);
      memory.asFloatBuffer().put(values);
      try (NDArray window = owner.create(memory, new Shape(count / row, row), DataType.FLOAT32)) {
        taker.take(from, window);
      }
    }
  }
}
