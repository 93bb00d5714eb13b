// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.Locale;

/** How a chart writes its values. */
public enum ValueFormat {
  /** As they are. */
  NUMBER,

  /** Fractions as percentages: 0.25 becomes 25 %. */
  PERCENT;

  private static final double LARGE = 1e5;
  private static final double SMALL = 1e-4;

  /** The factor between a value and the number that is written. */
  private double factor() {
    return this == PERCENT ? 100 : 1;
  }

  /**
   * Writes a value with so many decimals.
   *
   * @param value finite
   * @param decimals of the number that is written, which is the percentage if it is one
   * @return the number, and a percent sign if it is one
   */
  public String fixed(double value, int decimals) {
    return write(value, decimals, false);
  }

  /** Writes a value with the decimals that tell multiples of a step apart. */
  String atStep(double value, double step) {
    double shownStep = step * factor();
    int decimals = 0;
    while (decimals < 9 && Math.abs(shownStep - Math.rint(shownStep)) > 1e-6 * shownStep) {
      shownStep *= 10;
      decimals++;
    }
    double largest = Math.max(Math.abs(value), step) * factor();
    return write(value, decimals, largest >= LARGE || step * factor() < SMALL);
  }

  /** Writes a value with about three digits. */
  String alone(double value) {
    double size = Math.abs(value) * factor();
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return write(value, decimals, size >= LARGE || (size > 0 && size < SMALL));
  }

  private String write(double value, int decimals, boolean scientific) {
    String pattern = scientific && value != 0 ? "%.1e" : "%." + decimals + "f";
    String number = String.format(Locale.ROOT, pattern, value * factor() + 0.0);
    return this == PERCENT ? number + " %" : number;
  }
}
