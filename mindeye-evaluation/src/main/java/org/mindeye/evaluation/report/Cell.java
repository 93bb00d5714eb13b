// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.Objects;

/**
 * A cell of a table that can be sorted.
 *
 * @param order the number it is sorted by; NaN for one that has none and comes last
 * @param text what is read
 */
public record Cell(double order, String text) {
  /** Checks that there is a text. */
  public Cell {
    Objects.requireNonNull(text, "text");
  }

  /**
   * A cell with a number behind it.
   *
   * @param order the number it is sorted by
   * @param text what is read
   * @return the cell
   */
  public static Cell of(double order, String text) {
    return new Cell(order, text);
  }

  /**
   * A cell of text alone.
   *
   * @param text what is read
   * @return the cell
   */
  public static Cell of(String text) {
    return new Cell(Double.NaN, text);
  }
}
