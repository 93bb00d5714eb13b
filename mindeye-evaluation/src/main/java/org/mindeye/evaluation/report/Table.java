// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows of text under headings. The first column names the rows; columns that hold only numbers are
 * aligned to the right.
 */
public final class Table {
  /** From so many rows on, a sortable table scrolls in a box. */
  private static final int LONG = 20;

  private static final Pattern NUMBER = Pattern.compile("[-+−±]?[.\\d].*|–|-|NaN|");

  private final String caption;
  private final List<String> headings;
  private final List<List<Cell>> rows = new ArrayList<>();
  private final List<String> footnotes = new ArrayList<>();
  private boolean sortable;

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
    return row(Stream.of(cells).map(Cell::of).toArray(Cell[]::new));
  }

  /**
   * Adds a row whose cells have numbers to be sorted by.
   *
   * @param cells one per column
   * @return this table
   * @throws IllegalArgumentException if their number is another
   */
  public Table row(Cell... cells) {
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

  /**
   * Lets readers sort the table by any of its columns, where their browser runs the page's script;
   * elsewhere it stays as it is. A long one scrolls in a box of its own, and only its first rows
   * are printed.
   *
   * @return this table
   */
  public Table sortable() {
    sortable = true;
    return this;
  }

  boolean isSortable() {
    return sortable;
  }

  /**
   * Adds a line below the table.
   *
   * @param text plain text
   * @return this table
   */
  public Table footnote(String text) {
    footnotes.add(Objects.requireNonNull(text, "text"));
    return this;
  }

  Markup toHtml() {
    List<String> alignment = IntStream.range(0, headings.size()).mapToObj(this::alignment).toList();
    boolean isLong = sortable && rows.size() > LONG;
    Markup html = new Markup().open("figure", "class", "table").element("figcaption", caption);
    html.open("div", "class", isLong ? "scroll long" : "scroll");
    html.open("table", "class", sortable ? "sortable" : null).open("thead").open("tr");
    for (int i = 0; i < headings.size(); i++) {
      html.element("th", headings.get(i), "scope", "col", "class", alignment.get(i));
    }
    html.close().close().open("tbody");
    for (List<Cell> row : rows) {
      Cell first = row.get(0);
      html.open("tr").element("th", first.text(), "scope", "row", "data-order", order(first));
      for (int i = 1; i < row.size(); i++) {
        Cell cell = row.get(i);
        html.element("td", cell.text(), "class", alignment.get(i), "data-order", order(cell));
      }
      html.close();
    }
    html.close().close().close();
    footnotes.forEach(footnote -> html.element("p", footnote, "class", "footnote"));
    return html.close();
  }

  private static String order(Cell cell) {
    return Double.isFinite(cell.order()) ? Double.toString(cell.order()) : null;
  }

  private String alignment(int column) {
    boolean numbers =
        column > 0
            && rows.stream().allMatch(row -> NUMBER.matcher(row.get(column).text()).matches());
    return numbers ? "number" : null;
  }
}
