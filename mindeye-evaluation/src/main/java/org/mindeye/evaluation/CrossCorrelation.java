// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;

/**
 * Pearson's correlation of every original with every reconstruction, as one matrix product in
 * float64 that is computed block by block: of rows, of columns, and of features. What is in memory
 * at a time does not depend on the number of features: three copies of two blocks of 8 MB, and a
 * block of columns, 4 KB for each original.
 */
final class CrossCorrelation {
  private static final int ROWS = 512;
  private static final int FEATURES = 2048;

  /** What is done with some columns. */
  @FunctionalInterface
  interface Columns {
    /**
     * The next columns.
     *
     * @param first which reconstruction the first of them is
     * @param correlations {@code [columns, originals]}; NaN where either has one value throughout
     */
    void accept(int first, double[][] correlations);
  }

  private final FeatureTable originals;
  private final FeatureTable reconstructions;
  private final double[] left = new double[ROWS * FEATURES];
  private final double[] right = new double[ROWS * FEATURES];

  CrossCorrelation(FeatureTable originals, FeatureTable reconstructions) {
    this.originals = originals;
    this.reconstructions = reconstructions;
  }

  void forEach(Columns columns) throws IOException {
    for (int first = 0; first < reconstructions.images(); first += ROWS) {
      int count = Math.min(ROWS, reconstructions.images() - first);
      double[][] block = new double[count][originals.images()];
      for (int row = 0; row < originals.images(); row += ROWS) {
        fill(block, first, row);
      }
      for (double[] column : block) {
        repeat(column);
      }
      columns.accept(first, block);
    }
  }

  private void fill(double[][] block, int first, int row) throws IOException {
    int count = Math.min(ROWS, originals.images() - row);
    double[] products = products(first, block.length, row, count);
    for (int j = 0; j < block.length; j++) {
      System.arraycopy(products, j * count, block[j], row, count);
    }
  }

  private double[] products(int first, int columns, int row, int rows) throws IOException {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDArray sum = scope.manager().zeros(new Shape(columns, rows), DataType.FLOAT64);
      for (int from = 0; from < originals.width(); from += FEATURES) {
        int count = Math.min(FEATURES, originals.width() - from);
        try (CallScope inner = CallScope.open(Device.cpu())) {
          NDArray x = window(inner.manager(), reconstructions, first, columns, from, count, right);
          NDArray y = window(inner.manager(), originals, row, rows, from, count, left);
          sum.addi(x.matMul(y.transpose()));
        }
      }
      return sum.toDoubleArray();
    }
  }

  private static NDArray window(
      NDManager manager,
      FeatureTable table,
      int first,
      int rows,
      int from,
      int count,
      double[] buffer)
      throws IOException {
    for (int i = 0; i < rows; i++) {
      table.standardized(first + i, from, count, buffer, i * count);
    }
    double[] exact = rows * count == buffer.length ? buffer : Arrays.copyOf(buffer, rows * count);
    return Torch.copy(manager, exact, new Shape(rows, count), DataType.FLOAT64);
  }

  /**
   * Equal originals are equally similar to everything, to the last bit. A matrix product may round
   * the rows of a matrix differently by where they are.
   */
  private void repeat(double[] column) {
    for (int i = 0; i < column.length; i++) {
      column[i] = column[originals.twin(i)];
    }
  }
}
