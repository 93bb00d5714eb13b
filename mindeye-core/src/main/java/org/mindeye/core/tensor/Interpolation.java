// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

/** How a pixel is made from its neighbours. */
public enum Interpolation {
  /** Linear in both axes. */
  BILINEAR,
  /** Cubic in both axes: coefficient -0.75, or -0.5 with antialiasing. Overshoots [0, 1]. */
  BICUBIC,
  /**
   * The pixel of the source that the corner of the result's pixel lies in, {@code floor(i * source
   * / result)}; never antialiased.
   */
  NEAREST
}
