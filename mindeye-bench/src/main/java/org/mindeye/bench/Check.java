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
}
