// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mindeye.cli.console.Wrapped;
import org.mindeye.evaluation.protocol.FeatureScore.Kind;
import org.mindeye.evaluation.protocol.MetricScore;
import org.mindeye.evaluation.report.Table;
import org.mindeye.evaluation.results.Interval;
import org.mindeye.evaluation.results.ScoreRow;
import org.mindeye.evaluation.results.ScoredMethod;
import org.mindeye.evaluation.statistics.Better;

/**
 * The scores of an evaluation in words: a row for each metric.
 *
 * @param scores what is written
 */
record ScoresText(ReportedScores scores) {
  private static final String NOTHING = "–";

  /** What the columns are. */
  List<String> headings() {
    List<String> headings =
        new ArrayList<>(List.of("Metric", "Better", "Score", "95 % interval", "Chance", "p"));
    headings.set(3, String.format(Locale.ROOT, "%.0f %% interval", 100 * level()));
    if (scores.published().isPresent()) {
      headings.add("Published");
    }
    return headings;
  }

  private double level() {
    return scores.result().statistics().level();
  }

  /** A row for each metric of the protocol; {@code missing} is in place of a score. */
  private List<List<String>> rows(String missing) {
    return scores.result().protocol().metrics().stream().map(name -> row(name, missing)).toList();
  }

  private List<String> row(String name, String missing) {
    Optional<ScoreRow> published = named(name, scores.published());
    List<String> cells =
        scores
            .result()
            .score(name)
            .map(score -> computed(score, named(name, Optional.of(scores.ours())).orElseThrow()))
            .orElseGet(() -> missing(name, missing));
    if (scores.published().isPresent()) {
      cells.add(published.map(row -> row.metric().write(row.value())).orElse(NOTHING));
    }
    return cells;
  }

  private static Optional<ScoreRow> named(String name, Optional<ScoredMethod> method) {
    return method.stream()
        .flatMap(each -> each.scores().stream())
        .filter(row -> row.metric().title().equals(name))
        .findFirst();
  }

  private static List<String> computed(MetricScore score, ScoreRow row) {
    return new ArrayList<>(
        List.of(
            score.metric(),
            better(score.better() == Better.HIGHER),
            row.metric().write(row.value()),
            row.interval().map(ends -> ends(row, ends)).orElse(NOTHING),
            row.chance().map(row.metric()::write).orElse(NOTHING),
            String.format(Locale.ROOT, "%.2g", score.significance().pValue())));
  }

  private List<String> missing(String name, String score) {
    boolean twoWay =
        scores.result().protocol().features().stream()
            .anyMatch(metric -> metric.name().equals(name) && metric.kind() == Kind.TWO_WAY);
    return new ArrayList<>(List.of(name, better(twoWay), score, NOTHING, NOTHING, NOTHING));
  }

  private static String better(boolean higher) {
    return higher ? "higher" : "lower";
  }

  private static String ends(ScoreRow row, Interval ends) {
    return row.metric().write(ends.low()) + " to " + row.metric().write(ends.high());
  }

  /** For a page. */
  Table toTable(String caption) {
    Table table = Table.of(caption, headings().toArray(String[]::new));
    rows(NOTHING)
        .forEach(row -> table.row(row.stream().map(ScoresText::kept).toArray(String[]::new)));
    scores.source().ifPresent(table::footnote);
    return table;
  }

  /** A number stays in one line with its sign, an interval too. */
  private static String kept(String cell) {
    return cell.replace(' ', '\u00a0');
  }

  /** For the console, with what has to be known beside it. */
  String toText() {
    List<List<String>> lines = new ArrayList<>(rows("not computed"));
    lines.add(0, headings());
    List<Integer> widths =
        IntStream.range(0, headings().size())
            .mapToObj(i -> lines.stream().mapToInt(line -> line.get(i).length()).max().orElse(0))
            .toList();
    List<String> text = new ArrayList<>();
    text.add(scores.subtitle());
    for (List<String> line : lines) {
      text.add(padded(line, widths));
    }
    scores.source().ifPresent(source -> text.add(Wrapped.lines(source)));
    scores.missing().forEach((reason, metrics) -> text.add(Wrapped.lines(metrics + ": " + reason)));
    scores.warnings().forEach(warning -> text.add(Wrapped.lines("warning: " + warning)));
    return String.join(System.lineSeparator(), text);
  }

  private static String padded(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String space =
          String.join("", Collections.nCopies(widths.get(i) - cells.get(i).length(), " "));
      boolean word = i < 2;
      line.append(i == 0 ? "" : "  ").append(word ? cells.get(i) + space : space + cells.get(i));
    }
    return line.toString().stripTrailing();
  }
}
