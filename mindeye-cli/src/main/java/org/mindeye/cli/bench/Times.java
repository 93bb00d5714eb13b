// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How long repetitions took.
 *
 * @param millis one number each, in the order in which they were measured
 */
record Times(List<Double> millis) {
  private static final double FRACTION = 0.95;

  Times {
    millis = List.copyOf(millis);
    if (millis.isEmpty()) {
      throw new IllegalArgumentException("times: expected at least one");
    }
  }

  /** As {@link #toString} writes them. */
  static Times parse(String text) {
    return new Times(Arrays.stream(text.split(",")).map(Double::valueOf).toList());
  }

  /** The median: half of them took no longer. */
  double p50() {
    return quantile(0.5);
  }

  /** 95 % took no longer; of fewer than 20, none did. */
  double p95() {
    return quantile(FRACTION);
  }

  private double quantile(double share) {
    List<Double> sorted = millis.stream().sorted().toList();
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  /** For a table. */
  static String text(double millis) {
    if (millis >= 10_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    return String.format(Locale.ROOT, millis >= 100 ? "%.0f ms" : "%.2f ms", millis);
  }

  @Override
  public String toString() {
    return millis.stream()
        .map(each -> String.format(Locale.ROOT, "%.4f", each))
        .collect(Collectors.joining(","));
  }
}
