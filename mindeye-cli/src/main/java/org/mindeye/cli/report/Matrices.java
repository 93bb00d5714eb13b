// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.mindeye.core.engine.Torch;

/** Rows on the heap, and the tensors that they are rows of. */
public final class Matrices {
  private Matrices() {}

  /**
   * Copies rows into a tensor.
   *
   * @param rows of one length, at least one
   * @param owner the manager that owns the result
   * @return {@code [rows, width]}
   */
  public static NDArray of(float[][] rows, NDManager owner) {
    int width = rows[0].length;
    float[] flat = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return Torch.copy(owner, flat, new Shape(rows.length, width));
  }

  /**
   * Copies a tensor's rows.
   *
   * @param matrix {@code [rows, ...]}, float32
   * @return each flattened
   */
  public static float[][] rows(NDArray matrix) {
    float[] flat = matrix.toFloatArray();
    int count = Math.toIntExact(matrix.getShape().get(0));
    int width = flat.length / count;
    return IntStream.range(0, count)
        .mapToObj(i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width))
        .toArray(float[][]::new);
  }
}
