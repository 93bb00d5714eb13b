// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

/**
 * How a network learns the timestep: from sines and cosines of it, at frequencies that fall
 * geometrically from 1 (Ho et al. 2020, after Vaswani et al. 2017).
 */
public enum TimestepFeatures {
  /**
   * Sines, then cosines; the lowest frequency is 1 / 10000. Ho et al.'s own, and the priors';
   * diffusers' {@code flip_sin_to_cos} false and {@code freq_shift} 1.
   */
  SINES_FIRST(1),
  /**
   * Cosines, then sines; the lowest frequency is one step above 1 / 10000. Stable Diffusion's and
   * Versatile Diffusion's; diffusers' {@code flip_sin_to_cos} true and {@code freq_shift} 0.
   */
  COSINES_FIRST(0);

  private static final double LONGEST = 10_000;

  /** How many steps fewer than frequencies lie between 1 and 1 / 10000. */
  private final int shift;

  TimestepFeatures(int shift) {
    this.shift = shift;
  }

  /**
   * Computes the features in double precision.
   *
   * @param width numbers per timestep, even, from 4
   * @param timesteps any numbers
   * @return {@code timesteps.length * width} numbers in [-1, 1], timestep by timestep
   * @throws IllegalArgumentException if the width is odd or below 4
   */
  public float[] of(int width, int... timesteps) {
    if (width < 4 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "width: expected an even number from 4 on but was " + width);
    }
    int half = width / 2;
    int sines = this == SINES_FIRST ? 0 : half;
    float[] values = new float[Math.multiplyExact(timesteps.length, width)];
    for (int i = 0; i < timesteps.length; i++) {
      for (int j = 0; j < half; j++) {
        double angle = timesteps[i] * Math.exp(-j * Math.log(LONGEST) / (half - shift));
        values[i * width + sines + j] = (float) Math.sin(angle);
        values[i * width + half - sines + j] = (float) Math.cos(angle);
      }
    }
    return values;
  }
}
