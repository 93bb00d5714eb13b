// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.probe;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.probe.Finding.Kind;

/** Keeps the first findings of each kind and split, and counts the others. */
final class Findings {
  private final List<Finding> kept = new ArrayList<>();
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<String, Integer> perSplit = new HashMap<>();

  void add(Kind kind, Split split, SampleOrigin origin, String message) {
    counts.merge(kind, 1L, Long::sum);
    if (perSplit.merge(kind + " " + split, 1, Integer::sum) <= ProbeReport.EXAMPLES) {
      kept.add(new Finding(kind, split, origin, message));
    }
  }

  ProbeReport report(Map<Split, Long> samples) {
    return new ProbeReport(samples, kept, counts);
  }
}
