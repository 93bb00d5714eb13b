// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

/** Where the centre of a thing is, in a grid of three rows and three columns. */
public enum Cell {
  /** Top left. */
  TOP_LEFT,
  /** Top centre. */
  TOP,
  /** Top right. */
  TOP_RIGHT,
  /** Centre left. */
  LEFT,
  /** In the middle. */
  CENTER,
  /** Centre right. */
  RIGHT,
  /** Bottom left. */
  BOTTOM_LEFT,
  /** Bottom centre. */
  BOTTOM,
  /** Bottom right. */
  BOTTOM_RIGHT;

  /** The middle row and column are narrower than the others: large things cannot reach far out. */
  private static final double FIRST_LINE = 0.43;

  private static final double SECOND_LINE = 0.57;

  /**
   * The cell of a place.
   *
   * @param x share of the width, from the left
   * @param y share of the height, from the top
   * @return the cell
   */
  public static Cell of(double x, double y) {
    return values()[3 * third(y) + third(x)];
  }

  private static int third(double share) {
    if (share < FIRST_LINE) {
      return 0;
    }
    return share < SECOND_LINE ? 1 : 2;
  }
}
