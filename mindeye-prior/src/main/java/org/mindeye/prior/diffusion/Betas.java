// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Betas between two ends, from which named schedules are made. */
final class Betas {
  private Betas() {}

  /** Evenly spaced. */
  static double[] linear(double first, double last, int count) {
    return each(count, i -> first + (last - first) * i / (count - 1));
  }

  /** With evenly spaced square roots. */
  static double[] scaledLinear(double first, double last, int count) {
    double[] roots = linear(Math.sqrt(first), Math.sqrt(last), count);
    return each(count, i -> roots[i] * roots[i]);
  }

  static double[] each(int count, IntToDoubleFunction value) {
    double[] values = new double[count];
    Arrays.setAll(values, value);
    return values;
  }
}
