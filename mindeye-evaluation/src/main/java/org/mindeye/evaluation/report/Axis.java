// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A linear axis whose ends and ticks are round numbers. */
record Axis(double low, double high, double step) {
  private static final int ABOUT = 5;
  private static final double[] ROUND = {1, 2, 2.5, 5, 10};

  /** An axis that covers all finite values; a single value gets room on both sides. */
  static Axis covering(DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).toArray();
    double low = DoubleStream.of(finite).min().orElse(0);
    double high = DoubleStream.of(finite).max().orElse(1);
    if (low == high) {
      double room = low == 0 ? 1 : Math.abs(low) / 2;
      low -= room;
      high += room;
    }
    double step = roundStep((high - low) / ABOUT);
    return new Axis(
        Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step);
  }

  /** An axis with given ends. */
  static Axis between(double low, double high) {
    return new Axis(low, high, roundStep((high - low) / ABOUT));
  }

  private static double roundStep(double rough) {
    double magnitude = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double candidate : ROUND) {
      if (candidate * magnitude >= rough * (1 - 1e-9)) {
        return candidate * magnitude;
      }
    }
    return 10 * magnitude;
  }

  List<Double> ticks() {
    long first = (long) Math.ceil(low / step - 1e-6);
    long last = (long) Math.floor(high / step + 1e-6);
    return IntStream.rangeClosed(0, (int) (last - first))
        .mapToObj(i -> (first + i) * step)
        .toList();
  }

  /** Maps a value to a pixel. */
  double position(double value, double atLow, double atHigh) {
    return atLow + (value - low) / (high - low) * (atHigh - atLow);
  }
}
