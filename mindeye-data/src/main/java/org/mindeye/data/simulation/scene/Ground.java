// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

/** What the colour of a backdrop is called. All are paler, or darker, than any {@link Tint}. */
public enum Ground {
  /** Neither colour nor extremes. */
  GRAY(new Shade(0.5, 0.7, 0, 0.04, 0.58, 0.72)),
  /** A pale yellow. */
  SAND(new Shade(0.1, 0.13, 0.2, 0.32, 0.78, 0.9)),
  /** A pale blue. */
  SKY(new Shade(0.55, 0.6, 0.22, 0.36, 0.82, 0.95)),
  /** A pale green. */
  MINT(new Shade(0.36, 0.42, 0.18, 0.3, 0.75, 0.88)),
  /** A pale red. */
  ROSE(new Shade(0.96, 1, 0.16, 0.26, 0.84, 0.95)),
  /** A dark blue. */
  NIGHT(new Shade(0.62, 0.68, 0.4, 0.55, 0.2, 0.3));

  private final Shade shade;

  Ground(Shade shade) {
    this.shade = shade;
  }

  Shade shade() {
    return shade;
  }
}
