// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/**
 * How much colours vary. The four steps are made in one random order per batch.
 *
 * @param probability that an image is changed, in [0, 1]
 * @param brightness the factor is uniform in {@code 1 ± brightness}; in [0, 1]
 * @param contrast the factor is uniform in {@code 1 ± contrast}; in [0, 1]
 * @param saturation the factor is uniform in {@code 1 ± saturation}; in [0, 1]
 * @param hue the shift is uniform in {@code ± hue} turns; in [0, 0.5]
 */
public record JitterConfig(
    double probability, double brightness, double contrast, double saturation, double hue) {

  /** Checks the numbers. */
  public JitterConfig {
    Ranges.require("jitter.probability", probability, 0, 1);
    Ranges.require("jitter.brightness", brightness, 0, 1);
    Ranges.require("jitter.contrast", contrast, 0, 1);
    Ranges.require("jitter.saturation", saturation, 0, 1);
    Ranges.require("jitter.hue", hue, 0, JitterFactors.HALF_TURN);
  }

  /**
   * The published jitter: three images in ten, 0.4, 0.4, 0.2 and a tenth of a turn.
   *
   * @return the configuration
   */
  public static JitterConfig paper() {
    return new JitterConfig(0.3, 0.4, 0.4, 0.2, 0.1);
  }

  /**
   * The same factors, drawn more or less often.
   *
   * @param changed that an image is changed, in [0, 1]
   * @return a copy
   */
  public JitterConfig withProbability(double changed) {
    return new JitterConfig(changed, brightness, contrast, saturation, hue);
  }
}
