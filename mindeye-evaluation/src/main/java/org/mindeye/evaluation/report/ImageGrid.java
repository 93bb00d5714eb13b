// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.Plural;

/** Images in rows and columns, for example seen images next to what was retrieved. */
public final class ImageGrid {
  private record Row(String name, List<ReportImage> images) {}

  private final String caption;
  private final List<String> headings;
  private final List<Row> rows = new ArrayList<>();

  private ImageGrid(String caption, List<String> headings) {
    this.caption = caption;
    this.headings = headings;
  }

  /**
   * Starts a grid.
   *
   * @param caption the heading above it
   * @param headings one per column of images, at least one
   * @return an empty grid
   * @throws IllegalArgumentException if there is no column
   */
  public static ImageGrid of(String caption, String... headings) {
    if (headings.length == 0) {
      throw new IllegalArgumentException("images '" + caption + "': expected at least one column");
    }
    return new ImageGrid(caption, List.of(headings));
  }

  /**
   * Adds a row.
   *
   * @param name what stands before it
   * @param images at most one per column; missing ones stay empty
   * @return this grid
   * @throws IllegalArgumentException if there are more images than columns
   */
  public ImageGrid row(String name, ReportImage... images) {
    if (images.length > headings.size()) {
      throw new IllegalArgumentException(
          "images '"
              + caption
              + "': expected at most "
              + Plural.of(headings.size(), "image")
              + " but row '"
              + name
              + "' has "
              + images.length);
    }
    rows.add(new Row(name, List.of(images)));
    return this;
  }

  Markup toHtml() {
    Markup html = new Markup().open("figure", "class", "table").element("figcaption", caption);
    html.open("div", "class", "scroll").open("table", "class", "images");
    html.open("thead").open("tr").element("td", "");
    headings.forEach(heading -> html.element("th", heading, "scope", "col"));
    html.close().close().open("tbody");
    for (Row row : rows) {
      html.open("tr").element("th", row.name, "scope", "row");
      for (int i = 0; i < headings.size(); i++) {
        html.open("td");
        if (i < row.images.size()) {
          row.images.get(i).write(html);
        }
        html.close();
      }
      html.close();
    }
    return html.close().close().close().close();
  }
}
