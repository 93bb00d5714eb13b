// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.mindeye.Plural;

/**
 * Several series over a common horizontal axis, with optional horizontal reference lines such as
 * chance. Values that are not finite leave a gap.
 */
public final class LineChart extends Chart {
  private static final int HEIGHT = 340;
  private static final double LEFT = 76;
  private static final double RIGHT = WIDTH - 14;
  private static final double TOP = 12;
  private static final double BOTTOM = HEIGHT - 50;

  /** Room for the marks of points on the edge. */
  private static final double EDGE = 4;

  /** Up to so many points, each is marked. */
  private static final int MARKED = 40;

  private record Series(String name, double[] x, double[] y) {
    boolean isFinite(int i) {
      return i >= 0 && i < x.length && Double.isFinite(x[i]) && Double.isFinite(y[i]);
    }
  }

  private final Builder plan;
  private final Axis horizontal;
  private final Axis vertical;

  private LineChart(Builder plan) {
    super(plan.title, plan.describe());
    this.plan = plan;
    this.horizontal =
        Axis.covering(
            DoubleStream.concat(
                plan.series.stream().flatMapToDouble(s -> Arrays.stream(s.x)),
                plan.marks.stream().mapToDouble(Reference::value)));
    DoubleStream values =
        DoubleStream.concat(
            plan.series.stream().flatMapToDouble(s -> Arrays.stream(s.y)),
            plan.references.stream().mapToDouble(Reference::value));
    this.vertical = plan.range == null ? Axis.covering(values) : plan.range;
  }

  /**
   * Starts a chart.
   *
   * @param title the heading
   * @param xLabel what the horizontal axis counts, with its unit
   * @param yLabel what the vertical axis shows, with its unit
   * @return a builder
   */
  public static Builder builder(String title, String xLabel, String yLabel) {
    return new Builder(title, xLabel, yLabel);
  }

  @Override
  List<String> legend() {
    return plan.series.stream().map(Series::name).toList();
  }

  @Override
  int height() {
    return HEIGHT;
  }

  @Override
  void drawKey(Markup svg, int index) {
    svg.empty(
        "line",
        "x1",
        1,
        "x2",
        25,
        "y1",
        5,
        "y2",
        5,
        "class",
        "series " + color(index),
        "stroke-dasharray",
        dash(index));
  }

  @Override
  void draw(Markup svg) {
    drawAxes(svg);
    // An inner drawing area cuts off what lies outside a given range.
    Double[] area = {LEFT - EDGE, TOP - EDGE, RIGHT - LEFT + 2 * EDGE, BOTTOM - TOP + 2 * EDGE};
    String box = Arrays.stream(area).map(Markup::coordinate).collect(Collectors.joining(" "));
    svg.open(
        "svg", "x", area[0], "y", area[1], "width", area[2], "height", area[3], "viewBox", box);
    for (int i = 0; i < plan.series.size(); i++) {
      drawSeries(svg, plan.series.get(i), i);
    }
    svg.close();
    plan.references.forEach(reference -> drawReference(svg, reference));
    plan.marks.forEach(mark -> drawMark(svg, mark));
  }

  private void drawAxes(Markup svg) {
    for (double tick : vertical.ticks()) {
      double y = y(tick);
      svg.empty("line", "x1", LEFT, "x2", RIGHT, "y1", y, "y2", y, "class", "grid");
      String label = plan.format.atStep(tick, vertical.step());
      svg.element("text", label, "x", LEFT - 8, "y", y + 5, "class", "tick end");
    }
    for (double tick : horizontal.ticks()) {
      double x = x(tick);
      svg.empty("line", "x1", x, "x2", x, "y1", BOTTOM, "y2", BOTTOM + 5, "class", "axis");
      String label = ValueFormat.NUMBER.atStep(tick, horizontal.step());
      svg.element("text", label, "x", x, "y", BOTTOM + 20, "class", "tick middle");
    }
    svg.empty("line", "x1", LEFT, "x2", RIGHT, "y1", BOTTOM, "y2", BOTTOM, "class", "axis");
    double middle = (LEFT + RIGHT) / 2;
    svg.element("text", plan.xLabel, "x", middle, "y", HEIGHT - 8, "class", "label middle");
    String turned = "translate(16 " + Markup.coordinate((TOP + BOTTOM) / 2) + ") rotate(-90)";
    svg.element("text", plan.yLabel, "transform", turned, "class", "label middle");
  }

  private void drawSeries(Markup svg, Series series, int index) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < series.x.length; i++) {
      if (series.isFinite(i)) {
        path.append(series.isFinite(i - 1) ? 'L' : 'M');
        path.append(Markup.coordinate(x(series.x[i]))).append(' ');
        path.append(Markup.coordinate(y(series.y[i])));
      }
    }
    svg.empty(
        "path", "d", path, "class", "series " + color(index), "stroke-dasharray", dash(index));
    for (int i = 0; i < series.x.length; i++) {
      boolean alone = !series.isFinite(i - 1) && !series.isFinite(i + 1);
      if (series.isFinite(i) && (alone || series.x.length <= MARKED)) {
        svg.empty(
            "circle",
            "cx",
            x(series.x[i]),
            "cy",
            y(series.y[i]),
            "r",
            2.6,
            "class",
            "filled " + color(index));
      }
    }
  }

  private void drawReference(Markup svg, Reference reference) {
    double y = y(reference.value());
    svg.empty("line", "x1", LEFT, "x2", RIGHT, "y1", y, "y2", y, "class", "reference");
    String label = reference.name() + " " + plan.format.alone(reference.value());
    // Near the upper edge, the text goes below its line.
    double text = y - TOP < 18 ? y + 16 : y - 5;
    svg.element("text", label, "x", RIGHT - 4, "y", text, "class", "note end");
  }

  private void drawMark(Markup svg, Reference mark) {
    double x = x(mark.value());
    svg.empty("line", "x1", x, "x2", x, "y1", TOP, "y2", BOTTOM, "class", "reference");
    boolean right = x > (LEFT + RIGHT) / 2;
    String anchor = right ? "note end" : "note";
    svg.element("text", mark.name(), "x", x + (right ? -6 : 6), "y", TOP + 16, "class", anchor);
  }

  private double x(double value) {
    return horizontal.position(value, LEFT, RIGHT);
  }

  private double y(double value) {
    return vertical.position(value, BOTTOM, TOP);
  }

  /** Collects series and reference lines. */
  public static final class Builder {
    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();
    private final List<Reference> marks = new ArrayList<>();
    private ValueFormat format = ValueFormat.NUMBER;
    private Axis range;

    private Builder(String title, String xLabel, String yLabel) {
      this.title = Objects.requireNonNull(title, "title");
      this.xLabel = Objects.requireNonNull(xLabel, "xLabel");
      this.yLabel = Objects.requireNonNull(yLabel, "yLabel");
    }

    /**
     * Adds a line. Every point is written to the file: thin out what has more than some thousands.
     *
     * @param name what the legend says
     * @param x positions, ascending; copied
     * @param y one value per position; copied
     * @return this builder
     * @throws IllegalArgumentException if the lengths differ
     */
    public Builder series(String name, double[] x, double[] y) {
      if (x.length != y.length) {
        throw new IllegalArgumentException(
            "series '"
                + name
                + "': "
                + x.length
                + " positions but "
                + Plural.of(y.length, "value"));
      }
      series.add(new Series(name, x.clone(), y.clone()));
      return this;
    }

    /**
     * Adds a line over 1, 2, 3 and so on, for example epochs.
     *
     * @param name what the legend says
     * @param y values; copied
     * @return this builder
     */
    public Builder series(String name, double... y) {
      return series(name, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
    }

    /**
     * Adds a horizontal line, for example chance.
     *
     * @param name what it means
     * @param value where it is; finite
     * @return this builder
     * @throws IllegalArgumentException if the value is not finite
     */
    public Builder reference(String name, double value) {
      references.add(new Reference(name, BarChart.finite("reference '" + name + "'", value)));
      return this;
    }

    /**
     * Adds a vertical line where something changes, for example the loss.
     *
     * @param name what changes
     * @param position where on the horizontal axis; finite
     * @return this builder
     * @throws IllegalArgumentException if the position is not finite
     */
    public Builder mark(String name, double position) {
      marks.add(new Reference(name, BarChart.finite("mark '" + name + "'", position)));
      return this;
    }

    /**
     * Fixes the vertical range; otherwise it follows the data.
     *
     * @param low the value at the bottom
     * @param high the value at the top, larger
     * @return this builder
     * @throws IllegalArgumentException if the range is empty or not finite
     */
    public Builder range(double low, double high) {
      if (!(low < high) || Double.isInfinite(high - low)) {
        throw new IllegalArgumentException(
            "range: expected low < high but was " + low + " to " + high);
      }
      range = Axis.between(low, high);
      return this;
    }

    /**
     * Chooses how the vertical axis is written.
     *
     * @param valueFormat numbers (the default) or percentages
     * @return this builder
     */
    public Builder format(ValueFormat valueFormat) {
      format = Objects.requireNonNull(valueFormat, "format");
      return this;
    }

    /**
     * Ends the collection. A chart without any finite value is allowed: it shows empty axes.
     *
     * @return the chart
     */
    public LineChart build() {
      Builder copy = new Builder(title, xLabel, yLabel).format(format);
      copy.series.addAll(series);
      copy.references.addAll(references);
      copy.marks.addAll(marks);
      copy.range = range;
      return new LineChart(copy);
    }

    private String describe() {
      StringBuilder text = new StringBuilder("Line chart of " + yLabel + " over " + xLabel + ".");
      for (Series line : series) {
        int last = line.y.length - 1;
        text.append(' ').append(line.name).append(": ").append(line.y.length).append(" points");
        text.append(line.isFinite(last) ? ", last " + format.alone(line.y[last]) + "." : ".");
      }
      marks.forEach(mark -> text.append(' ').append(mark.name()).append('.'));
      return text.toString();
    }
  }
}
