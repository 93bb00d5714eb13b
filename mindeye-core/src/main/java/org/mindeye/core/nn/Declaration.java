// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/**
 * What a network knows about a parameter or buffer besides its name and shape.
 *
 * @param type of its numbers
 * @param buffer saved with the weights, but never trained
 * @param initial what it holds before training
 * @param otherNames what files may call it instead
 */
record Declaration(DataType type, boolean buffer, Initializer initial, List<String> otherNames) {
  /** Elements filled at a time, so that a tensor of several gigabytes needs no second copy. */
  private static final int WINDOW = 1 << 22;

  /** Room for the elements, which hold anything. */
  NDArray allocate(NDManager owner, Shape shape) {
    return DataTypes.empty(owner, shape, type);
  }

  /** The initial values. */
  NDArray create(NDManager owner, Shape shape, NoiseSource noise) {
    NDArray created = allocate(owner, shape);
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
