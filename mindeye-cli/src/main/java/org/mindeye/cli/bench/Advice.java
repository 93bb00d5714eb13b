// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.mindeye.core.engine.Precision;

/**
 * What the rows of one kind of work say about formats.
 *
 * @param best the fastest over all pieces of work
 * @param reference what it is compared with: float32 where that was measured
 * @param ratio of their times, the geometric mean over all pieces of work
 */
record Advice(Precision best, Precision reference, double ratio) {
  /** Less is noise, and float32 is the more precise. */
  private static final double WORTH = 0.95;

  /** Looks at the median times; formats that do not have all pieces of work are passed over. */
  static Advice of(List<Row> rows) {
    Map<String, Map<Precision, Double>> works = new LinkedHashMap<>();
    for (Row row : rows) {
      works
          .computeIfAbsent(row.work(), work -> new EnumMap<>(Precision.class))
          .put(row.precision(), row.times().p50());
    }
    Set<Precision> compared = EnumSet.allOf(Precision.class);
    works.values().forEach(times -> compared.retainAll(times.keySet()));
    if (compared.isEmpty()) { // no format has all: the first piece of work decides
      return of(rows.stream().filter(row -> row.work().equals(rows.get(0).work())).toList());
    }
    Precision reference = compared.iterator().next();
    Precision best = reference;
    double ratio = 1;
    for (Precision each : compared) {
      double logarithms =
          works.values().stream()
              .mapToDouble(times -> Math.log(times.get(each) / times.get(reference)))
              .average()
              .orElse(0);
      double found = Math.exp(logarithms);
      if (found < Math.min(ratio, WORTH)) {
        best = each;
        ratio = found;
      }
    }
    return new Advice(best, reference, ratio);
  }

  /** For example {@code --precision BFLOAT16 finds in 0.50 of FLOAT32's time}. */
  String text(String does) {
    return best == reference
        ? String.format(Locale.ROOT, "--precision %s, nothing measured %s faster", best, does)
        : String.format(
            Locale.ROOT, "--precision %s %s in %.2f of %s's time", best, does, ratio, reference);
  }
}
