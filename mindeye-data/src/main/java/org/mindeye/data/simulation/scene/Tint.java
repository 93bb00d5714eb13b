// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

/** What the colour of a thing is called. Each name covers a range; no two ranges meet. */
public enum Tint {
  /** From a little orange to a little pink. */
  RED(new Shade(-0.02, 0.012, 0.85, 1, 0.75, 0.95)),
  /** Bright; what is dark is brown. */
  ORANGE(new Shade(0.065, 0.09, 0.9, 1, 0.9, 1)),
  /** Bright. */
  YELLOW(new Shade(0.14, 0.165, 0.8, 1, 0.9, 1)),
  /** Of grass and of leaves. */
  GREEN(new Shade(0.3, 0.37, 0.7, 0.95, 0.5, 0.75)),
  /** Between green and blue. */
  TURQUOISE(new Shade(0.475, 0.51, 0.7, 0.95, 0.75, 0.92)),
  /** Deep. */
  BLUE(new Shade(0.6, 0.65, 0.75, 0.95, 0.65, 0.95)),
  /** Between blue and pink. */
  PURPLE(new Shade(0.75, 0.79, 0.6, 0.85, 0.5, 0.75)),
  /** Bright and pale. */
  PINK(new Shade(0.9, 0.94, 0.35, 0.55, 0.95, 1)),
  /** A dark orange. */
  BROWN(new Shade(0.05, 0.075, 0.65, 0.8, 0.36, 0.48));

  private final Shade shade;

  Tint(Shade shade) {
    this.shade = shade;
  }

  Shade shade() {
    return shade;
  }
}
