// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.Tolerance;

/** Vectors for the tests of the losses. */
final class Vectors {
  private Vectors() {}

  /** Unit rows on the heap. */
  static double[][] unitRows(long seed, int batch, int width) {
    float[] values = ParityGenerator.input(seed, (long) batch * width, 1, 0);
    double[][] rows = new double[batch][width];
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < width; j++) {
        rows[i][j] = values[i * width + j];
      }
    }
    return toUnitRows(rows);
  }

  static double[][] toUnitRows(double[][] rows) {
    return Arrays.stream(rows)
        .map(
            row -> {
              double norm = Tolerance.norm(row);
              return Arrays.stream(row).map(x -> x / norm).toArray();
            })
        .toArray(double[][]::new);
  }

  static ClipVectors of(NDManager owner, double[][] rows, DataType type) {
    double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return ClipVectors.of(Torch.copy(owner, flat, new Shape(rows.length, rows[0].length), type));
  }

  static ClipVectors of(NDManager owner, double[][] rows) {
    return of(owner, rows, DataType.FLOAT64);
  }

  static double[][] reordered(double[][] rows, int[] order) {
    return Arrays.stream(order).mapToObj(i -> rows[i]).toArray(double[][]::new);
  }

  static double value(NDArray loss) {
    return loss.getDataType() == DataType.FLOAT64 ? loss.getDouble() : loss.getFloat();
  }

  /** The gradient of a loss with respect to its argument, which becomes a leaf. */
  static NDArray gradient(ClipVectors at, UnaryOperator<NDArray> loss) {
    NDArray leaf = at.array();
    leaf.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      return Gradients.of(loss.apply(leaf), List.of(leaf)).get(0);
    } finally {
      leaf.setRequiresGradient(false);
    }
  }
}
