// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * How images are solarised: everything becomes a little lighter or darker, then what is light is
 * turned into its negative.
 *
 * @param probability that an image is solarised, in [0, 1]
 * @param addition what is added is uniform in {@code ± addition}; in [0, 1]
 * @param minThreshold least value from which on levels become {@code 1 - level}, in [0, 1]
 * @param maxThreshold largest such value, up to 1
 */
public record SolarizeConfig(
    double probability, double addition, double minThreshold, double maxThreshold) {

  /** Checks the numbers. */
  public SolarizeConfig {
    Ranges.require("solarize.probability", probability, 0, 1);
    Ranges.require("solarize.addition", addition, 0, 1);
    Ranges.require("solarize.maxThreshold", maxThreshold, 0, 1);
    Ranges.require("solarize.minThreshold", minThreshold, 0, maxThreshold);
  }

  /**
   * The published setting of the low-level branch: two images in ten, up to 0.1, from 0.4 to 0.6.
   *
   * @return the configuration
   */
  public static SolarizeConfig paper() {
    return new SolarizeConfig(0.2, 0.1, 0.4, 0.6);
  }
}
