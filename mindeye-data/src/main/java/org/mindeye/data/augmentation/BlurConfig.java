// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * How images are blurred: by a Gaussian of seven taps in each direction.
 *
 * @param probability that an image is blurred, in [0, 1]
 * @param minSigma least deviation in pixels, above 0
 * @param maxSigma largest deviation in pixels; uniform between the two
 */
public record BlurConfig(double probability, double minSigma, double maxSigma) {
  private static final double MOST = 100;

  /** Checks the numbers. */
  public BlurConfig {
    Ranges.require("blur.probability", probability, 0, 1);
    Ranges.require("blur.maxSigma", maxSigma, Ranges.LEAST, MOST);
    Ranges.require("blur.minSigma", minSigma, Ranges.LEAST, maxSigma);
  }

  /**
   * The published setting of the low-level branch: one image in ten, 0.1 to 2 pixels.
   *
   * @return the configuration
   */
  public static BlurConfig paper() {
    return new BlurConfig(0.1, 0.1, 2);
  }
}
