// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mindeye.Plural;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.evaluation.report.Cell;
import org.mindeye.evaluation.report.Table;
import org.mindeye.evaluation.statistics.Better;

/** The scores of every picture of a test set. Immutable. */
public final class PictureScores {
  private final List<String> names;
  private final Map<Metric, double[]> scores;

  private PictureScores(List<String> names, Map<Metric, double[]> scores) {
    this.names = names;
    this.scores = scores;
  }

  /**
   * Pictures without scores.
   *
   * @param names of the pictures, at least one
   * @return scores to be added with {@link #with}
   * @throws IllegalArgumentException if there is no picture
   */
  public static PictureScores of(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("names: expected at least one picture");
    }
    return new PictureScores(List.copyOf(names), Map.of());
  }

  /**
   * The same pictures with one more score.
   *
   * @param metric what is scored
   * @param values {@code [pictures]}, one for each picture; NaN where there is none. Copied
   * @return new scores
   * @throws ShapeMismatchException if there is not one value per picture
   */
  public PictureScores with(Metric metric, double... values) {
    if (values.length != names.size()) {
      throw new ShapeMismatchException(
          metric.key()
              + ": expected one score for each of "
              + Plural.of(names.size(), "picture")
              + " but there are "
              + values.length);
    }
    Map<Metric, double[]> more = new LinkedHashMap<>(scores);
    more.put(metric, values.clone());
    return new PictureScores(names, more);
  }

  /**
   * How many pictures there are.
   *
   * @return at least 1
   */
  public int size() {
    return names.size();
  }

  /**
   * What a picture is called.
   *
   * @param picture its position
   * @return its name
   */
  public String name(int picture) {
    return names.get(picture);
  }

  /**
   * What is scored.
   *
   * @return in the order in which they were added
   */
  public List<Metric> metrics() {
    return List.copyOf(scores.keySet());
  }

  /**
   * The scores of every picture.
   *
   * @param metric which ones
   * @return {@code [pictures]}, a copy
   * @throws IllegalArgumentException if there are none of this metric
   */
  public double[] values(Metric metric) {
    double[] values = scores.get(metric);
    if (values == null) {
      throw new IllegalArgumentException(
          metric.key()
              + ": the pictures have no such score, only "
              + scores.keySet().stream().map(Metric::key).toList());
    }
    return values.clone();
  }

  /**
   * All pictures that have a score, the best first; equal ones in their order.
   *
   * @param metric which score
   * @return positions
   * @throws IllegalArgumentException if there are none of this metric
   */
  public List<Integer> ranked(Metric metric) {
    double[] values = values(metric);
    Comparator<Integer> order = Comparator.comparingDouble(picture -> values[picture]);
    return IntStream.range(0, values.length)
        .filter(picture -> !Double.isNaN(values[picture]))
        .boxed()
        .sorted(metric.better() == Better.HIGHER ? order.reversed() : order)
        .toList();
  }

  /** Where a picture stands among all. */
  public enum Place {
    /** Nothing is better. */
    BEST,
    /** As many are better as are worse. */
    MEDIAN,
    /** Nothing is worse. */
    WORST
  }

  /**
   * A picture that is shown for all.
   *
   * @param place where it stands among all
   * @param picture its position
   */
  public record Pick(Place place, int picture) {}

  /**
   * The best pictures, those around the median, and the worst, so that a reader sees more than what
   * went well.
   *
   * @param metric by which they are ranked
   * @param each how many of each, at least 1; a third of all where that is less
   * @return from the best to the worst, none twice
   * @throws IllegalArgumentException if there are no scores of this metric, or {@code each < 1}
   */
  public List<Pick> picks(Metric metric, int each) {
    if (each < 1) {
      throw new IllegalArgumentException("each: expected at least 1 but was " + each);
    }
    List<Integer> ranked = ranked(metric);
    int shown = Math.min(each, ranked.size() / 3);
    int middle = (ranked.size() - shown) / 2;
    List<Pick> picks = new ArrayList<>();
    add(picks, Place.BEST, ranked.subList(0, shown));
    add(picks, Place.MEDIAN, ranked.subList(middle, middle + shown));
    add(picks, Place.WORST, ranked.subList(ranked.size() - shown, ranked.size()));
    return picks;
  }

  private static void add(List<Pick> picks, Place place, List<Integer> pictures) {
    pictures.forEach(picture -> picks.add(new Pick(place, picture)));
  }

  /**
   * All scores of all pictures; a reader can sort it by any of them.
   *
   * @param caption above it
   * @return a row for each picture
   */
  public Table toTable(String caption) {
    List<String> headings = new ArrayList<>(List.of("Picture"));
    scores.keySet().forEach(metric -> headings.add(metric.heading()));
    Table table = Table.of(caption, headings.toArray(String[]::new)).sortable();
    for (int i = 0; i < names.size(); i++) {
      int picture = i;
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(picture, names.get(picture))));
      scores.forEach((metric, values) -> cells.add(cell(metric, values[picture])));
      table.row(cells.toArray(Cell[]::new));
    }
    return table;
  }

  private static Cell cell(Metric metric, double value) {
    return Double.isNaN(value) ? Cell.of("–") : Cell.of(value, metric.write(value));
  }

  /**
   * For other programs.
   *
   * @return one line per picture, {@code picture} and the keys of the metrics in the first; all
   *     digits, and nothing where there is no score
   */
  public String toCsv() {
    StringBuilder text = new StringBuilder("picture");
    scores.keySet().forEach(metric -> text.append(',').append(metric.key()));
    text.append('\n');
    for (int i = 0; i < names.size(); i++) {
      text.append(ScoreFormat.field(names.get(i)));
      for (double[] values : scores.values()) {
        text.append(',').append(Double.isNaN(values[i]) ? "" : Double.toString(values[i]));
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "PictureScores["
        + Plural.of(names.size(), "picture")
        + ", "
        + Arrays.toString(scores.keySet().stream().map(Metric::key).toArray())
        + "]";
  }
}
