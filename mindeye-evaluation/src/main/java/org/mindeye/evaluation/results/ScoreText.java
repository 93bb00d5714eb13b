// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A table of scores as texts: a row for each method, then chance and ceiling. */
record ScoreText(List<String> headings, List<List<String>> rows) {
  private static final String NOTHING = "–";

  static ScoreText of(ScoreTable table) {
    List<Metric> metrics = table.metrics();
    List<String> headings = new ArrayList<>(List.of("Method"));
    metrics.forEach(metric -> headings.add(metric.heading()));
    List<List<String>> rows = new ArrayList<>();
    for (ScoredMethod method : table.methods()) {
      rows.add(row(method.name(), metrics, metric -> method.score(metric).map(ScoreRow::text)));
    }
    limit("Chance", table, metrics, ScoreRow::chance).ifPresent(rows::add);
    limit("Ceiling", table, metrics, ScoreRow::ceiling).ifPresent(rows::add);
    return new ScoreText(headings, rows);
  }

  private static List<String> row(
      String name, List<Metric> metrics, Function<Metric, Optional<String>> text) {
    List<String> cells = new ArrayList<>(List.of(name));
    metrics.forEach(metric -> cells.add(text.apply(metric).orElse(NOTHING)));
    return cells;
  }

  private static Optional<List<String>> limit(
      String name,
      ScoreTable table,
      List<Metric> metrics,
      Function<ScoreRow, Optional<Double>> what) {
    return metrics.stream().noneMatch(metric -> table.first(metric, what).isPresent())
        ? Optional.empty()
        : Optional.of(row(name, metrics, metric -> table.first(metric, what).map(metric::write)));
  }
}
