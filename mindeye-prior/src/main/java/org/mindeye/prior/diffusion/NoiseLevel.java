// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

/**
 * How noisy a sample is: {@code x = alpha x0 + sigma epsilon} with {@code alpha^2 + sigma^2 = 1}.
 * Usually that of a timestep ({@link NoiseSchedule#level}).
 *
 * @param alphaBar the variance that is left of the clean sample, from 0 (pure noise) to 1 (clean)
 */
public record NoiseLevel(double alphaBar) {
  /** No noise at all: where sampling ends. */
  public static final NoiseLevel CLEAN = new NoiseLevel(1);

  /** Checks the range. */
  public NoiseLevel {
    if (!(alphaBar >= 0 && alphaBar <= 1)) {
      throw new IllegalArgumentException(
          "alphaBar: expected a number in [0, 1] but was " + alphaBar);
    }
  }

  /**
   * The factor of the clean sample.
   *
   * @return {@code sqrt(alphaBar)}; DPM-Solver's alpha, not DDPM's, which is {@code 1 - beta}
   */
  public double alpha() {
    return Math.sqrt(alphaBar);
  }

  /**
   * The factor of the noise.
   *
   * @return {@code sqrt(1 - alphaBar)}
   */
  public double sigma() {
    return Math.sqrt(1 - alphaBar);
  }

  /**
   * Half the logarithm of the signal-to-noise ratio, the solvers' measure of time.
   *
   * @return {@code ln(alpha / sigma)}; infinite for a clean sample and for pure noise
   */
  public double lambda() {
    return Math.log(alpha() / sigma());
  }

  /**
   * Adds noise to a number ({@code add_noise} of diffusers, {@code q_sample} of dalle2-pytorch).
   *
   * @param clean of the clean sample
   * @param noise standard normal
   * @return {@code alpha clean + sigma noise}
   */
  public double noised(double clean, double noise) {
    return alpha() * clean + sigma() * noise;
  }
}
