// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

/**
 * Numbers less their mean, ready to be correlated, in float64.
 *
 * @param mean what was subtracted
 * @param values sum up to zero, but for rounding
 * @param squares the sum of their squares; NaN if the numbers are all the same, so that every
 *     correlation with them is NaN too
 */
record Centred(double mean, double[] values, double squares) {
  /** Below this fraction of a vector's length, what centring leaves is rounding of float32. */
  private static final double ROUNDING = 1e-6;

  /** Takes the array, and changes it in place. */
  static Centred of(double[] values) {
    double sum = 0;
    double length = 0;
    for (double value : values) {
      sum += value;
      length += value * value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] -= mean;
      squares += values[i] * values[i];
    }
    Centred centred = new Centred(mean, values, squares);
    return squares <= ROUNDING * ROUNDING * length ? centred.constant() : centred;
  }

  /** The same, known to hold nothing but rounding. */
  Centred constant() {
    return new Centred(mean, values, Double.NaN);
  }

  boolean isConstant() {
    return Double.isNaN(squares);
  }

  /** Pearson's correlation with as many others; NaN if either is constant. */
  double correlation(Centred other) {
    double product = 0;
    for (int i = 0; i < values.length; i++) {
      product += values[i] * other.values[i];
    }
    return product / Math.sqrt(squares * other.squares);
  }
}
