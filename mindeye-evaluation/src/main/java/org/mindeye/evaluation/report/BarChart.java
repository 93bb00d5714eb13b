package org.mindeye.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * Named values side by side as horizontal bars from zero, with optional error bars and reference
 * lines. Bars of one group share a colour.
 */
public final class BarChart extends Chart {
  private static final int ROW = 30;
  private static final int TOP = 26;
  private static final double RIGHT = WIDTH - 78;
  private static final double PER_CHARACTER = 7.7;
  private static final double MOST_FOR_NAMES = 290;

  private record Bar(String group, String name, double value, double halfWidth) {
    double low() {
      return value - halfWidth;
    }

    double high() {
      return value + halfWidth;
    }
  }

  private final Builder plan;
  private final List<String> groups;
  private final Axis axis;
  private final double left;

  private BarChart(Builder plan) {
    super(plan.title, plan.describe());
    this.plan = plan;
    this.groups = plan.bars.stream().map(Bar::group).distinct().toList();
    DoubleStream ends = plan.bars.stream().flatMapToDouble(b -> DoubleStream.of(b.low(), b.high()));
    DoubleStream marks = plan.references.stream().mapToDouble(Reference::value);
    this.axis =
        Axis.covering(DoubleStream.concat(DoubleStream.of(0), DoubleStream.concat(ends, marks)));
    double longest = plan.bars.stream().mapToInt(bar -> bar.name.length()).max().orElse(0);
    this.left = 20 + Math.min(longest * PER_CHARACTER, MOST_FOR_NAMES);
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
  void drawKey(Markup svg, int index) {
    svg.empty("rect", "x", 8, "width", 10, "height", 10, "fill", colour(index));
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
    svg.empty("line", "x1", x(0), "x2", x(0), "y1", TOP, "y2", bottom, "class", "axis");
    plan.references.forEach(reference -> drawReference(svg, reference, bottom));
  }

  private void drawBar(Markup svg, Bar bar, double y) {
    svg.element("text", bar.name, "x", left - 8, "y", y + 5, "class", "name end");
    double from = Math.min(x(0), x(bar.value));
    double length = Math.abs(x(bar.value) - x(0));
    svg.empty(
        "rect",
        "x",
        from,
        "y",
        y - 9,
        "width",
        length,
        "height",
        18,
        "rx",
        1.5,
        "fill",
        colour(groups.indexOf(bar.group)));
    if (bar.halfWidth > 0) {
      double low = x(bar.low());
      double high = x(bar.high());
      svg.empty(
          "path",
          "class",
          "error",
          "d",
          "M"
              + Markup.coordinate(low)
              + " "
              + Markup.coordinate(y)
              + "H"
              + Markup.coordinate(high)
              + cap(low, y)
              + cap(high, y));
    }
    double end = Math.max(x(0), x(bar.high()));
    svg.element("text", plan.format.alone(bar.value), "x", end + 7, "y", y + 5, "class", "value");
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
     * @param name what stands beside it
     * @param value its length; finite
     * @param halfWidth half the length of its error bar, 0 for none
     * @return this builder
     * @throws IllegalArgumentException if a number is not finite or the half width negative
     */
    public Builder bar(String group, String name, double value, double halfWidth) {
      finite("bar '" + name + "'", value);
      finite("error bar of '" + name + "'", halfWidth);
      if (halfWidth < 0) {
        throw new IllegalArgumentException(
            "error bar of '" + name + "': expected at least 0 but was " + halfWidth);
      }
      bars.add(new Bar(group, name, value, halfWidth));
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
