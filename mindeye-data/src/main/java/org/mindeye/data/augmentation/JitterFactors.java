// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * The changes of one image's colours; 1, 1, 1, 0 changes nothing.
 *
 * @param brightness factor, in [0, 2]
 * @param contrast factor, in [0, 2]
 * @param saturation factor, in [0, 2]
 * @param hue shift in turns, in [-0.5, 0.5]
 */
public record JitterFactors(float brightness, float contrast, float saturation, float hue) {
  static final double HALF_TURN = 0.5;

  /** Checks the numbers. */
  public JitterFactors {
    Ranges.require("brightness", brightness, 0, 2);
    Ranges.require("contrast", contrast, 0, 2);
    Ranges.require("saturation", saturation, 0, 2);
    Ranges.require("hue", hue, -HALF_TURN, HALF_TURN);
  }
}
