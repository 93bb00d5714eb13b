// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.util.Objects;

/**
 * Where light comes from, and how much.
 *
 * @param from the side that is lit
 * @param slope how much brighter the lit side of the picture is than the other one, from 0 to 1
 * @param brightness of all, from 0.3 to 1
 */
public record Lighting(Side from, double slope, double brightness) {
  private static final double BRIGHT_FROM = 0.8;

  /** Where light may come from. */
  public enum Side {
    /** From the left. */
    LEFT(-1, 0),
    /** From above. */
    ABOVE(0, -1),
    /** From the right. */
    RIGHT(1, 0),
    /** From the viewer: all is lit alike. */
    FRONT(0, 0);

    private final int x;
    private final int y;

    Side(int x, int y) {
      this.x = x;
      this.y = y;
    }

    /** 1 to the right, -1 to the left. */
    int x() {
      return x;
    }

    /** -1 upwards. */
    int y() {
      return y;
    }
  }

  /** How much light there is. */
  public enum Amount {
    /** Little. */
    DIM,
    /** Much. */
    BRIGHT
  }

  /** Checks the numbers. */
  public Lighting {
    Objects.requireNonNull(from, "from");
    Numbers.requireWithin("slope", 0, slope, 1);
    Numbers.requireWithin("brightness", 0.3, brightness, 1);
  }

  /**
   * What a viewer would say.
   *
   * @return dim or bright
   */
  public Amount amount() {
    return brightness < BRIGHT_FROM ? Amount.DIM : Amount.BRIGHT;
  }

  /**
   * What a level is multiplied by.
   *
   * @param x share of the width, from the left
   * @param y share of the height, from the top
   */
  double factor(double x, double y) {
    double towards = from.x() * (x - 0.5) + from.y() * (y - 0.5);
    return brightness * (1 + slope * towards);
  }
}
