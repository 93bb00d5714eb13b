// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * Named values side by side as horizontal bars from zero, with optional intervals and reference
 * lines. Bars of one group share a colour.
 *
 * <p>Where all values are far from zero and close to each other, bars from zero would all look the
 * same. Then the scale starts near the smallest value, says so below the axis, and values are dots:
 * the length of a cut bar would mean nothing.
 */
public final class BarChart extends Chart {
  private static final int ROW = 30;
  private static final int TOP = 26;
  private static final double RIGHT = WIDTH - 78;
  private static final double MOST_FOR_NAMES = 330;

  /** Bars that all reach so far along the longest one cannot be told apart by their lengths. */
  private static final double ALIKE = 0.75;

  private record Bar(String group, String name, double value, double low, double high) {}

  private final Builder plan;
  private final List<String> groups;
  private final boolean cut;
  private final Axis axis;
  private final double left;

  private BarChart(Builder plan) {
    super(plan.title, plan.describe());
    this.plan = plan;
    this.groups = plan.bars.stream().map(Bar::group).distinct().toList();
    double[] ends = ends().toArray();
    double low = DoubleStream.of(ends).min().orElse(0);
    double high = DoubleStream.of(ends).max().orElse(0);
    this.cut = low > ALIKE * high;
    DoubleStream marks = plan.references.stream().mapToDouble(Reference::value);
    this.axis =
        cut
            ? Axis.covering(ends())
            : Axis.covering(
                DoubleStream.concat(DoubleStream.of(0), DoubleStream.concat(ends(), marks)));
    double longest = plan.bars.stream().mapToInt(bar -> bar.name.length()).max().orElse(0);
    this.left = 20 + Math.min(longest * PER_CHARACTER, MOST_FOR_NAMES);
  }

  private DoubleStream ends() {
    return plan.bars.stream().flatMapToDouble(bar -> DoubleStream.of(bar.low, bar.high));
  }

  /**
   * Starts a chart.
   *
   * @param title the heading
   * @param valueLabel what the bars show, with its unit
   * @return a builder
   */
  public static Builder builder(String title, String valueLabel) {
    return new Builder(title, valueLabel);
  }

  static double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + ": expected a finite value but was " + value);
    }
    return value;
  }

  @Override
  List<String> legend() {
    return groups.size() < 2 ? List.of() : groups;
  }

  @Override
  int height() {
    return TOP + ROW * plan.bars.size() + 50;
  }

  @Override
  String footnote() {
    if (!cut) {
      return "";
    }
    StringBuilder text = new StringBuilder("The scale starts at ");
    text.append(plan.format.atStep(axis.low(), axis.step())).append(", not at 0.");
    plan.references.stream()
        .filter(this::isOutside)
        .forEach(
            mark ->
                text.append(" Off the scale: ")
                    .append(mark.name())
                    .append(' ')
                    .append(plan.format.alone(mark.value()))
                    .append('.'));
    return text.toString();
  }

  private boolean isOutside(Reference reference) {
    return reference.value() < axis.low() || reference.value() > axis.high();
  }

  @Override
  void drawKey(Markup svg, int index) {
    String look = "filled " + color(index);
    svg.empty("rect", "x", 8, "width", 10, "height", 10, "class", look);
  }

  @Override
  void draw(Markup svg) {
    double bottom = TOP + ROW * plan.bars.size();
    for (double tick : axis.ticks()) {
      double x = x(tick);
      svg.empty("line", "x1", x, "x2", x, "y1", TOP, "y2", bottom, "class", "grid");
      String label = plan.format.atStep(tick, axis.step());
      svg.element("text", label, "x", x, "y", bottom + 19, "class", "tick middle");
    }
    double middle = (left + RIGHT) / 2;
    svg.element("text", plan.valueLabel, "x", middle, "y", bottom + 42, "class", "label middle");
    for (int i = 0; i < plan.bars.size(); i++) {
      drawBar(svg, plan.bars.get(i), TOP + ROW * (i + 0.5));
    }
    if (!cut) {
      svg.empty("line", "x1", x(0), "x2", x(0), "y1", TOP, "y2", bottom, "class", "axis");
    }
    plan.references.stream()
        .filter(reference -> !isOutside(reference))
        .forEach(reference -> drawReference(svg, reference, bottom));
  }

  private void drawBar(Markup svg, Bar bar, double y) {
    svg.element("text", bar.name, "x", left - 8, "y", y + 5, "class", "name end");
    String look = "filled " + color(groups.indexOf(bar.group));
    if (cut) {
      drawInterval(svg, bar, y);
      svg.empty("circle", "cx", x(bar.value), "cy", y, "r", 6.5, "class", look);
    } else {
      double from = Math.min(x(0), x(bar.value));
      double length = Math.abs(x(bar.value) - x(0));
      svg.empty(
          "rect", "x", from, "y", y - 9, "width", length, "height", 18, "rx", 1.5, "class", look);
      drawInterval(svg, bar, y);
    }
    double end = cut ? x(bar.high) : Math.max(x(0), x(bar.high));
    double gap = cut ? 12 : 7;
    svg.element("text", plan.format.alone(bar.value), "x", end + gap, "y", y + 5, "class", "value");
  }

  private void drawInterval(Markup svg, Bar bar, double y) {
    if (bar.low < bar.high) {
      double low = x(bar.low);
      double high = x(bar.high);
      String line =
          "M"
              + Markup.coordinate(low)
              + " "
              + Markup.coordinate(y)
              + "H"
              + Markup.coordinate(high)
              + cap(low, y)
              + cap(high, y);
      svg.empty("path", "class", "error", "d", line);
    }
  }

  private static String cap(double x, double y) {
    return "M" + Markup.coordinate(x) + " " + Markup.coordinate(y - 4) + "v8";
  }

  private void drawReference(Markup svg, Reference reference, double bottom) {
    double x = x(reference.value());
    svg.empty("line", "x1", x, "x2", x, "y1", TOP - 4, "y2", bottom, "class", "reference");
    String label = reference.name() + " " + plan.format.alone(reference.value());
    String anchor = x > (left + RIGHT) / 2 ? "note end" : "note";
    svg.element("text", label, "x", x, "y", TOP - 9, "class", anchor);
  }

  private double x(double value) {
    return axis.position(value, left, RIGHT);
  }

  /** Collects bars and reference lines. */
  public static final class Builder {
    private final String title;
    private final String valueLabel;
    private final List<Bar> bars = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();
    private ValueFormat format = ValueFormat.NUMBER;

    private Builder(String title, String valueLabel) {
      this.title = Objects.requireNonNull(title, "title");
      this.valueLabel = Objects.requireNonNull(valueLabel, "valueLabel");
    }

    /**
     * Adds a bar.
     *
     * @param group what it belongs to; the legend names groups if there are several
     * @param name what stands next to it
     * @param value its length; finite
     * @return this builder
     * @throws IllegalArgumentException if the value is not finite
     */
    public Builder bar(String group, String name, double value) {
      return bar(group, name, value, value, value);
    }

    /**
     * Adds a bar with an interval.
     *
     * @param group what it belongs to; the legend names groups if there are several
     * @param name what stands next to it
     * @param value its length; finite
     * @param low where the interval begins, at most the value
     * @param high where it ends, at least the value
     * @return this builder
     * @throws IllegalArgumentException if a number is not finite or the value not in the interval
     */
    public Builder bar(String group, String name, double value, double low, double high) {
      finite("bar '" + name + "'", value);
      finite("interval of '" + name + "'", high - low);
      if (low > value || high < value) {
        throw new IllegalArgumentException(
            "interval of '"
                + name
                + "': expected it to hold "
                + value
                + " but was "
                + low
                + " to "
                + high);
      }
      bars.add(new Bar(group, name, value, low, high));
      return this;
    }

    /**
     * Adds a line across all bars, for example chance.
     *
     * @param name what it means
     * @param value where it is; finite
     * @return this builder
     * @throws IllegalArgumentException if the value is not finite
     */
    public Builder reference(String name, double value) {
      references.add(new Reference(name, finite("reference '" + name + "'", value)));
      return this;
    }

    /**
     * Chooses how values are written.
     *
     * @param valueFormat numbers (the default) or percentages
     * @return this builder
     */
    public Builder format(ValueFormat valueFormat) {
      format = Objects.requireNonNull(valueFormat, "format");
      return this;
    }

    /**
     * Ends the collection.
     *
     * @return the chart
     */
    public BarChart build() {
      Builder copy = new Builder(title, valueLabel).format(format);
      copy.bars.addAll(bars);
      copy.references.addAll(references);
      return new BarChart(copy);
    }

    private String describe() {
      StringBuilder text = new StringBuilder("Bar chart of " + valueLabel + ".");
      for (Bar bar : bars) {
        text.append(' ').append(bar.name).append(": ").append(format.alone(bar.value)).append('.');
      }
      return text.toString();
    }
  }
}
