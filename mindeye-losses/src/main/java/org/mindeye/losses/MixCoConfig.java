// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

/**
 * How voxels are mixed.
 *
 * @param alpha both parameters of the Beta distribution of the mixing weight; small values keep
 *     most mixes close to one of the two samples
 * @param threshold the share of samples that are mixed, in [0, 1]
 */
public record MixCoConfig(double alpha, double threshold) {
  /**
   * Checks both numbers.
   *
   * @param alpha positive and finite
   * @param threshold from 0 to 1
   * @throws IllegalArgumentException if one is out of range
   */
  public MixCoConfig {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("alpha must be positive and finite but was " + alpha);
    }
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold must be from 0 to 1 but was " + threshold);
    }
  }

  /**
   * The published setting: Beta(0.15, 0.15), half of the samples.
   *
   * @return the configuration
   */
  public static MixCoConfig paper() {
    return new MixCoConfig(0.15, 0.5);
  }

  /**
   * Another share.
   *
   * @param share of the samples that are mixed, in [0, 1]; 0 for none
   * @return a changed copy
   */
  public MixCoConfig withThreshold(double share) {
    return new MixCoConfig(alpha, share);
  }
}
