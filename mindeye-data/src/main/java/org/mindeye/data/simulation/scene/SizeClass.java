// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

/** How large a thing is. */
public enum SizeClass {
  /** At most about a third of the picture's side. */
  SMALL,
  /** About half of the side. */
  MEDIUM,
  /** More. */
  LARGE;

  private static final double MEDIUM_FROM = 0.18;
  private static final double LARGE_FROM = 0.27;

  /**
   * The class of a size.
   *
   * @param radius half the size, as a share of the picture's side
   * @return the class
   */
  public static SizeClass of(double radius) {
    if (radius < MEDIUM_FROM) {
      return SMALL;
    }
    return radius < LARGE_FROM ? MEDIUM : LARGE;
  }
}
