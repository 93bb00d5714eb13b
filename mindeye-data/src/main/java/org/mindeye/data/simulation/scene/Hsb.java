// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

import java.awt.Color;

/**
 * A colour.
 *
 * @param hue position on the colour circle, which goes round
 * @param saturation in [0, 1]; 0 is grey
 * @param brightness in [0, 1]; 0 is black
 */
public record Hsb(double hue, double saturation, double brightness) {
  /** Checks the ranges. */
  public Hsb {
    Numbers.requireFinite("hue", hue);
    Numbers.requireWithin("saturation", 0, saturation, 1);
    Numbers.requireWithin("brightness", 0, brightness, 1);
  }

  Color color() {
    return Color.getHSBColor((float) hue, (float) saturation, (float) brightness);
  }

  /** The same, lighter or darker. */
  Hsb brighter(double by) {
    return new Hsb(hue, saturation, Math.max(0, Math.min(1, brightness + by)));
  }
}
