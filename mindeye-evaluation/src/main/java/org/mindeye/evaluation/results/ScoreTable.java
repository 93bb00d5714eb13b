// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mindeye.core.document.Document;
import org.mindeye.evaluation.report.BarChart;
import org.mindeye.evaluation.report.Table;

/**
 * Scores of several methods side by side: a row for each method, a column for each metric.
 *
 * <pre>{@code
 * ScoreTable table =
 *     ScoreTable.of(
 *             "Test split",
 *             ScoredMethod.of("MindEye", ScoreRow.of(Metric.BRAIN_TO_IMAGE, hits)),
 *             ScoredMethod.of("Ridge regression", ScoreRow.of(Metric.BRAIN_TO_IMAGE, others)))
 *         .with(PublishedScores.verified(Metric.BRAIN_TO_IMAGE));
 * }</pre>
 *
 * <p>{@link ScoreFormat} writes it for programs and for papers.
 *
 * @param title what the table is of
 * @param methods at least one, with different names
 */
public record ScoreTable(String title, List<ScoredMethod> methods) {
  /** Checks that names are different and metrics of one key are equal. */
  public ScoreTable {
    Objects.requireNonNull(title, "title");
    methods = List.copyOf(methods);
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("table '" + title + "': expected at least one method");
    }
    Set<String> names = new HashSet<>();
    Map<String, Metric> metrics = new LinkedHashMap<>();
    for (ScoredMethod method : methods) {
      if (!names.add(method.name())) {
        throw new IllegalArgumentException(
            "table '"
                + title
                + "': expected different methods but '"
                + method.name()
                + "' is twice");
      }
      for (ScoreRow score : method.scores()) {
        Metric known = metrics.putIfAbsent(score.metric().key(), score.metric());
        if (known != null && !known.equals(score.metric())) {
          throw new IllegalArgumentException(
              "table '"
                  + title
                  + "': expected one metric with the key "
                  + known.key()
                  + " but found "
                  + known
                  + " and "
                  + score.metric());
        }
      }
    }
  }

  /**
   * A table.
   *
   * @param title what it is of
   * @param methods at least one, with different names
   * @return the table
   */
  public static ScoreTable of(String title, ScoredMethod... methods) {
    return new ScoreTable(title, List.of(methods));
  }

  /**
   * Reads what {@link ScoreFormat#JSON} wrote.
   *
   * @param file a table in JSON
   * @return the table
   * @throws IOException if the file cannot be read
   * @throws org.mindeye.formats.tensor.MalformedFileException if it does not hold a table
   */
  public static ScoreTable read(Path file) throws IOException {
    return Document.read(file).as(ScoreTable.class);
  }

  /**
   * The same table with more rows at its end.
   *
   * @param more with other names
   * @return a new table
   */
  public ScoreTable with(List<ScoredMethod> more) {
    return new ScoreTable(title, Stream.concat(methods.stream(), more.stream()).toList());
  }

  /**
   * The metrics of all methods.
   *
   * @return in the order in which the methods name them, each once
   */
  public List<Metric> metrics() {
    return methods.stream()
        .flatMap(method -> method.scores().stream().map(ScoreRow::metric))
        .distinct()
        .toList();
  }

  /**
   * The table of a page, with chance and ceiling in its last rows where they are known, and the
   * sources of what is published below it.
   *
   * @return the texts of all scores
   */
  public Table toTable() {
    ScoreText text = ScoreText.of(this);
    Table table = Table.of(title, text.headings().toArray(String[]::new));
    text.rows()
        .forEach(row -> table.row(row.stream().map(ScoreTable::kept).toArray(String[]::new)));
    sources()
        .forEach((source, names) -> table.footnote(String.join("; ", names) + ": " + source + "."));
    return table;
  }

  /** A number and its interval may stand in two lines, and are not broken otherwise. */
  private static String kept(String cell) {
    return cell.replaceFirst("(\\d) %", "$1\u00a0%").replaceFirst("(\\[[^ ]+), ", "$1,\u00a0");
  }

  /** The methods of each source. */
  private Map<String, List<String>> sources() {
    Map<String, List<String>> sources = new LinkedHashMap<>();
    for (ScoredMethod method : methods) {
      method
          .source()
          .ifPresent(
              source -> sources.computeIfAbsent(source, s -> new ArrayList<>()).add(method.name()));
    }
    return sources;
  }

  /**
   * Some of the metrics as bars, with their intervals, and chance as a line where it is the same
   * for all.
   *
   * @param heading of the chart
   * @param shown at least one metric, all written in the same format
   * @return a bar for each method and metric that has a score
   */
  public BarChart chart(String heading, Metric... shown) {
    List<Metric> some = List.of(shown);
    String label = String.join(", ", some.stream().map(Metric::title).distinct().toList());
    BarChart.Builder bars = BarChart.builder(heading, label).format(some.get(0).format());
    for (ScoredMethod method : methods) {
      for (Metric metric : some) {
        method.score(metric).ifPresent(score -> bar(bars, method, score, some.size() > 1));
      }
    }
    common(some, ScoreRow::chance).ifPresent(chance -> bars.reference("chance", chance));
    return bars.build();
  }

  private static void bar(
      BarChart.Builder bars, ScoredMethod method, ScoreRow score, boolean several) {
    String name = several ? score.metric().title() : method.name();
    Interval ends = score.interval().orElseGet(() -> new Interval(score.value(), score.value()));
    bars.bar(
        several ? method.name() : score.metric().title(),
        name,
        score.value(),
        ends.low(),
        ends.high());
  }

  /** What the first methods that know it say of each metric, if that is the same for all. */
  private Optional<Double> common(List<Metric> some, Function<ScoreRow, Optional<Double>> what) {
    List<Double> values = new ArrayList<>();
    some.forEach(metric -> first(metric, what).ifPresent(values::add));
    return values.stream().distinct().count() == 1 ? Optional.of(values.get(0)) : Optional.empty();
  }

  /** What the first method that knows it says of a metric. */
  Optional<Double> first(Metric metric, Function<ScoreRow, Optional<Double>> what) {
    return methods.stream()
        .flatMap(method -> method.score(metric).stream())
        .flatMap(score -> what.apply(score).stream())
        .findFirst();
  }
}
