// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Rows of text under headings. The first column names the rows; columns that hold only numbers are
 * aligned to the right.
 */
public final class Table {
  private static final Pattern NUMBER = Pattern.compile("[-+−±]?[.\\d].*|–|-|NaN|");

  private final String caption;
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  private Table(String caption, List<String> headings) {
    this.caption = caption;
    this.headings = headings;
  }

  /**
   * Starts a table.
   *
   * @param caption the heading above it
   * @param headings one per column, at least one
   * @return an empty table
   * @throws IllegalArgumentException if there is no column
   */
  public static Table of(String caption, String... headings) {
    if (headings.length == 0) {
      throw new IllegalArgumentException("table '" + caption + "': expected at least one column");
    }
    return new Table(caption, List.of(headings));
  }

  /**
   * Adds a row.
   *
   * @param cells one per column
   * @return this table
   * @throws IllegalArgumentException if their number is another
   */
  public Table row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "table '"
              + caption
              + "': expected "
              + headings.size()
              + " cells but row "
              + rows.size()
              + " has "
              + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  Markup toHtml() {
    List<String> alignment = IntStream.range(0, headings.size()).mapToObj(this::alignment).toList();
    Markup html = new Markup().open("div", "class", "table scroll").open("table");
    html.element("caption", caption).open("thead").open("tr");
    for (int i = 0; i < headings.size(); i++) {
      html.element("th", headings.get(i), "scope", "col", "class", alignment.get(i));
    }
    html.close().close().open("tbody");
    for (List<String> row : rows) {
      html.open("tr").element("th", row.get(0), "scope", "row");
      for (int i = 1; i < row.size(); i++) {
        html.element("td", row.get(i), "class", alignment.get(i));
      }
      html.close();
    }
    return html.close().close().close();
  }

  private String alignment(int column) {
    boolean numbers =
        column > 0 && rows.stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    return numbers ? "number" : null;
  }
}
