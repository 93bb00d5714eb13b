// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation;

import java.util.function.IntUnaryOperator;

/** z-scores over chosen rows of a matrix, column by column. */
final class Standardize {
  private static final double NOTHING = 1e-12;

  private Standardize() {}

  /**
   * Gives every column mean 0 and deviation 1 over some rows, in place. A constant column becomes
   * 0.
   *
   * @param matrix rows of equal length
   * @param count how many rows take part
   * @param row the index of the i-th of them
   */
  static void columns(float[][] matrix, int count, IntUnaryOperator row) {
    int columns = matrix[row.applyAsInt(0)].length;
    double[] mean = new double[columns];
    double[] square = new double[columns];
    for (int i = 0; i < count; i++) {
      float[] values = matrix[row.applyAsInt(i)];
      for (int c = 0; c < columns; c++) {
        mean[c] += values[c];
        square[c] += (double) values[c] * values[c];
      }
    }
    for (int c = 0; c < columns; c++) {
      mean[c] /= count;
      square[c] = Math.sqrt(Math.max(0, square[c] / count - mean[c] * mean[c]));
    }
    for (int i = 0; i < count; i++) {
      float[] values = matrix[row.applyAsInt(i)];
      for (int c = 0; c < columns; c++) {
        values[c] = square[c] < NOTHING ? 0 : (float) ((values[c] - mean[c]) / square[c]);
      }
    }
  }

  /**
   * Gives some columns together mean 0 and deviation 1 over all rows, in place. Constant ones
   * become 0.
   *
   * @param matrix rows of equal length
   * @param from first column
   * @param to column behind the last
   */
  static void range(float[][] matrix, int from, int to) {
    double sum = 0;
    double squares = 0;
    for (float[] row : matrix) {
      for (int c = from; c < to; c++) {
        sum += row[c];
        squares += (double) row[c] * row[c];
      }
    }
    long count = (long) matrix.length * (to - from);
    double mean = sum / count;
    double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    for (float[] row : matrix) {
      for (int c = from; c < to; c++) {
        row[c] = deviation < NOTHING ? 0 : (float) ((row[c] - mean) / deviation);
      }
    }
  }
}
