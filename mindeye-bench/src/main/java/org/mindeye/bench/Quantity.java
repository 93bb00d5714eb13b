// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A number with a unit or a prefix that suits it, in three digits.
 *
 * @param value in the unit
 * @param unit its name
 * @param factor how many seconds, or things, one unit is
 */
record Quantity(double value, String unit, double factor) {
  private static final MathContext THREE_DIGITS = new MathContext(3);

  /** Seconds, in ns, µs, ms or s. */
  static Quantity time(double seconds) {
    if (seconds < 1e-6) {
      return new Quantity(seconds / 1e-9, "ns", 1e-9);
    }
    if (seconds < 1e-3) {
      return new Quantity(seconds / 1e-6, "µs", 1e-6);
    }
    return seconds < 1 ? new Quantity(seconds / 1e-3, "ms", 1e-3) : new Quantity(seconds, "s", 1);
  }

  /** A count with a decimal prefix, for a unit to follow. */
  static Quantity amount(double count) {
    if (count < 1e6) {
      return new Quantity(count / 1e3, "k", 1e3);
    }
    if (count < 1e9) {
      return new Quantity(count / 1e6, "M", 1e6);
    }
    return count < 1e12
        ? new Quantity(count / 1e9, "G", 1e9)
        : new Quantity(count / 1e12, "T", 1e12);
  }

  /** The number alone. */
  String number() {
    return digits(value);
  }

  /** Other seconds in the same unit, without the unit. */
  String sameUnit(double seconds) {
    return digits(seconds / factor);
  }

  /** Three digits, never an exponent, always with a decimal point. */
  static String digits(double value) {
    BigDecimal rounded = new BigDecimal(value).round(THREE_DIGITS);
    int decimals = rounded.scale() + THREE_DIGITS.getPrecision() - rounded.precision();
    return rounded.setScale(Math.max(decimals, 0)).toPlainString();
  }

  @Override
  public String toString() {
    return number() + " " + unit;
  }
}
