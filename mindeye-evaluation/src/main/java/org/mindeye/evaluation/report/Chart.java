// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.List;

/**
 * A figure drawn as inline SVG. Colours come from the report's style sheet, which has them for
 * light and dark pages, and stay apart for colour-blind readers and in grey print.
 *
 * <p>No chart library draws it, because those that were tried make another kind of picture: XChart
 * draws letters as outlines (351 kB for a chart that takes 10 kB here, and nothing for a screen
 * reader), JFreeChart places text by the fonts of the machine, and both have one set of colours.
 */
public abstract sealed class Chart permits LineChart, BarChart, HeatMap {
  static final int WIDTH = 640;

  /** The style sheet has so many colours. */
  private static final int COLORS = 7;

  /** Room for heading and legend. */
  private static final int HEAD = 56;

  static final double PER_CHARACTER = 7.7;

  private static final String[] DASHES = {null, "8 3", "2.5 2.5", "9 3 2 3"};

  private final String title;
  private final String description;

  Chart(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** A line across the plot at a value that means something. */
  record Reference(String name, double value) {}

  /**
   * The heading above the figure.
   *
   * @return the title
   */
  public String title() {
    return title;
  }

  /** A class of the style sheet that sets the colour of what has it. */
  static String color(int index) {
    return "color" + index % COLORS;
  }

  static String dash(int index) {
    return DASHES[index % DASHES.length];
  }

  /** Names in the order of their colours; empty where a legend would say nothing. */
  abstract List<String> legend();

  /** The height of the drawing, in the unit of {@link #WIDTH}. */
  abstract int height();

  /** What a reader must know to read the figure; empty if nothing. */
  String footnote() {
    return "";
  }

  /** Draws into an open {@code svg} element. */
  abstract void draw(Markup svg);

  /** How the legend shows a colour: a line with its dashes, or a filled square. */
  abstract void drawKey(Markup svg, int index);

  /**
   * The figure as a file of its own, in the reader's light or dark colours.
   *
   * @return an SVG document with heading and legend
   */
  public final String toSvg() {
    int height = HEAD + height();
    Markup svg =
        new Markup()
            .open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + WIDTH + " " + height,
                "width",
                WIDTH,
                "height",
                height,
                "font-family",
                "system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif",
                "role",
                "img");
    svg.element("title", title + ". " + description);
    svg.open("style").raw(Resource.read("chart.css")).close();
    svg.empty("rect", "width", WIDTH, "height", height, "rx", 8, "class", "page");
    svg.element("text", title, "x", 8, "y", 22, "class", "value");
    double x = 8;
    for (int i = 0; i < legend().size(); i++) {
      svg.open("g", "transform", "translate(" + Markup.coordinate(x) + " 36)");
      drawKey(svg, i);
      svg.element("text", legend().get(i), "x", 30, "y", 10, "class", "label").close();
      x += 50 + PER_CHARACTER * legend().get(i).length();
    }
    svg.open("g", "transform", "translate(0 " + HEAD + ")");
    draw(svg);
    return svg.close().close().toString();
  }

  final Markup toHtml() {
    Markup html = new Markup().open("figure", "class", "chart").element("figcaption", title);
    if (!legend().isEmpty()) {
      html.open("ul", "class", "legend");
      for (int i = 0; i < legend().size(); i++) {
        html.open("li").open("svg", "viewBox", "0 0 26 10", "aria-hidden", "true");
        drawKey(html, i);
        html.close().text(legend().get(i)).close();
      }
      html.close();
    }
    html.open("div", "class", "scroll");
    html.open("svg", "viewBox", "0 0 " + WIDTH + " " + height(), "role", "img");
    html.element("title", title + ". " + description);
    draw(html);
    html.close().close();
    if (!footnote().isEmpty()) {
      html.element("p", footnote(), "class", "footnote");
    }
    return html.close();
  }
}
