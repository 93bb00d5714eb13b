// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.List;

/**
 * A figure drawn as inline SVG. Colours come from the report's style sheet, which has them for
 * light and dark pages, and stay apart for colour-blind readers and in grey print.
 */
public abstract sealed class Chart permits LineChart, BarChart {
  static final int WIDTH = 640;

  /** The style sheet has so many colours. */
  private static final int COLORS = 7;

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
