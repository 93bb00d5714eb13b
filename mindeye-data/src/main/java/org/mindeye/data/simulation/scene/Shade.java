// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

/**
 * All that goes by one name of a colour: ranges from which hue, saturation and brightness are drawn
 * evenly.
 */
record Shade(
    double firstHue,
    double lastHue,
    double palest,
    double richest,
    double darkest,
    double lightest) {
  Hsb draw(Draw draw) {
    return new Hsb(
        draw.between(firstHue, lastHue),
        draw.between(palest, richest),
        draw.between(darkest, lightest));
  }
}
