package org.mindeye.data.simulation;

import java.util.function.IntUnaryOperator;

/** z-scores over chosen rows of a matrix, column by column. */
final class Standardize {
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
        values[c] = square[c] < 1e-12 ? 0 : (float) ((values[c] - mean[c]) / square[c]);
      }
    }
  }
}
