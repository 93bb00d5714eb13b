package org.mindeye.evaluation.report;

import java.util.List;

/** A figure drawn as inline SVG. Colours stay apart for colour-blind readers and in grey print. */
public abstract sealed class Chart permits LineChart, BarChart {
  static final int WIDTH = 640;

  /** Okabe and Ito's palette, darkest first. */
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#a0569a", "#e69f00", "#56b4e9", "#555555"
  };

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

  static String colour(int index) {
    return COLOURS[index % COLOURS.length];
  }

  static String dash(int index) {
    return DASHES[index % DASHES.length];
  }

  /** Names in the order of their colours; empty where a legend would say nothing. */
  abstract List<String> legend();

  /** The height of the drawing, in the unit of {@link #WIDTH}. */
  abstract int height();

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
    html.open("svg", "viewBox", "0 0 " + WIDTH + " " + height(), "role", "img");
    html.element("title", title + ". " + description);
    draw(html);
    return html.close().close();
  }
}
