// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

/** Distances between an actual and an expected tensor, computed in float64. */
public final class Tolerance {
  private Tolerance() {}

  /**
   * The relative Euclidean error {@code |actual - expected| / |expected|}.
   *
   * @param actual the values to judge
   * @param expected the reference, of the same length
   * @return the error; the absolute one if the reference is all zeros; NaN if a value is NaN
   */
  public static double relativeL2(double[] actual, double[] expected) {
    requireSameLength(actual, expected);
    double[] difference = new double[actual.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = actual[i] - expected[i];
    }
    double norm = norm(expected);
    return norm == 0 ? norm(difference) : norm(difference) / norm;
  }

  /**
   * The largest absolute difference.
   *
   * @param actual the values to judge
   * @param expected the reference, of the same length
   * @return the maximum over all elements; NaN if a value is NaN
   */
  public static double maxAbsolute(double[] actual, double[] expected) {
    requireSameLength(actual, expected);
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    }
    return largest;
  }

  /**
   * The Euclidean norm.
   *
   * @param values any values
   * @return the root of the sum of squares
   */
  public static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static void requireSameLength(double[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError("expected " + expected.length + " values but was " + actual.length);
    }
  }
}
