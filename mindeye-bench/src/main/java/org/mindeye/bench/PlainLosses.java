// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.stream.IntStream;

/** The parts of the contrastive losses as the formulas read, in loops. */
final class PlainLosses {
  private PlainLosses() {}

  /** Inner products of all pairs, divided by the temperature. */
  static double[][] logits(double[][] rows, double[][] columns, double temperature) {
    double[][] result = new double[rows.length][columns.length];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j < columns.length; j++) {
                double sum = 0;
                for (int k = 0; k < rows[i].length; k++) {
                  sum += rows[i][k] * columns[j][k];
                }
                result[i][j] = sum / temperature;
              }
            });
    return result;
  }

  /** {@code -1/(2B) sum_ij (A[i,j] logsoftmax_row(S)[i,j] + B[i,j] logsoftmax_column(S)[i,j])}. */
  static double crossEntropy(double[][] logits, double[][] overRows, double[][] overColumns) {
    double[][] rows = logSoftmaxOfRows(logits);
    double[][] columns = transposed(logSoftmaxOfRows(transposed(logits)));
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        sum += overRows[i][j] * rows[i][j] + overColumns[i][j] * columns[i][j];
      }
    }
    return -sum / (2 * rows.length);
  }

  /** The cross-entropy whose weights are the softmax of other logits. */
  static double distil(double[][] logits, double[][] goal) {
    return crossEntropy(logits, softmaxOfRows(goal), transposed(softmaxOfRows(transposed(goal))));
  }

  /** Ones on the diagonal. */
  static double[][] identity(int size) {
    double[][] result = new double[size][size];
    for (int i = 0; i < size; i++) {
      result[i][i] = 1;
    }
    return result;
  }

  private static double[][] softmaxOfRows(double[][] logits) {
    double[][] result = logSoftmaxOfRows(logits);
    for (double[] row : result) {
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.exp(row[j]);
      }
    }
    return result;
  }

  private static double[][] logSoftmaxOfRows(double[][] logits) {
    double[][] result = new double[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      double max = Double.NEGATIVE_INFINITY;
      for (double value : logits[i]) {
        max = Math.max(max, value);
      }
      double sum = 0;
      for (double value : logits[i]) {
        sum += Math.exp(value - max);
      }
      result[i] = new double[logits[i].length];
      for (int j = 0; j < result[i].length; j++) {
        result[i][j] = logits[i][j] - max - Math.log(sum);
      }
    }
    return result;
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] result = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }
}
