// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

/** What is timed must be right. */
final class Check {
  private Check() {}

  /**
   * Compares a result with a plain computation.
   *
   * @throws IllegalStateException if they differ by more than the tolerance times {@code max(1,
   *     |expected|)}, or one is NaN
   */
  static void near(String what, double actual, double expected, double tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
      throw new IllegalStateException(
          what
              + ": expected "
              + expected
              + " as computed plainly but was "
              + actual
              + "; what would be timed is wrong");
    }
  }

  /** Compares a whole table, whose actual numbers lie row after row. */
  static void near(String what, float[] actual, double[][] expected, double tolerance) {
    int next = 0;
    for (double[] row : expected) {
      for (double value : row) {
        near(what, actual[next++], value, tolerance);
      }
    }
  }

  /** Compares directions, for what amplifies each rounding from step to step. */
  static void alike(String what, float[] actual, double[][] expected, double least) {
    double product = 0;
    double actualSquares = 0;
    double expectedSquares = 0;
    int next = 0;
    for (double[] row : expected) {
      for (double number : row) {
        float value = actual[next++];
        product += value * number;
        actualSquares += value * value;
        expectedSquares += number * number;
      }
    }
    double cosine = product / Math.sqrt(actualSquares * expectedSquares);
    if (!(cosine >= least)) {
      throw new IllegalStateException(
          what
              + ": expected a cosine of at least "
              + least
              + " with what is computed plainly but was "
              + cosine
              + "; what would be timed is wrong");
    }
  }
}
