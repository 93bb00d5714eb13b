// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import java.util.Objects;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.LatentProcess;

/**
 * What a UNet learns: to predict, from latents that are made noisy and from tokens, the noise, the
 * clean latents, or the velocity between the two.
 *
 * @param process the noise of each timestep, and what is predicted
 * @param conditionDropout how often a sample's tokens are replaced by zeros, in [0, 1): what
 *     classifier-free guidance compares with (Ho and Salimans 2022; usually 0.1)
 * @param minSnr the largest signal-to-noise ratio that a timestep counts with (Hang et al. 2023,
 *     who recommend 5): the squared error of clean latents is weighted by {@code min(SNR, minSnr)};
 *     0 weighs the predictions of all timesteps alike
 */
public record DenoisingConfig(LatentProcess process, double conditionDropout, double minSnr) {
  /** Checks the numbers, and that every choice is made. */
  public DenoisingConfig {
    Objects.requireNonNull(process, "process");
    if (!(conditionDropout >= 0 && conditionDropout < 1)) {
      throw new IllegalArgumentException(
          "conditionDropout: expected a probability in [0, 1) but was " + conditionDropout);
    }
    if (!(minSnr >= 0) || Double.isInfinite(minSnr)) {
      throw new IllegalArgumentException(
          "minSnr: expected a finite number of 0 or more but was " + minSnr);
    }
  }

  /**
   * As Stable Diffusion was trained: its process, a tenth of the tokens dropped, all timesteps
   * alike.
   *
   * @return the configuration
   */
  public static DenoisingConfig stableDiffusion() {
    return new DenoisingConfig(LatentProcess.stableDiffusion(), 0.1, 0);
  }

  /**
   * Another prediction.
   *
   * @param prediction what is learned
   * @return a changed copy
   */
  public DenoisingConfig withPrediction(PredictionType prediction) {
    return new DenoisingConfig(process.withPrediction(prediction), conditionDropout, minSnr);
  }

  /**
   * Another share of dropped tokens.
   *
   * @param probability how often a sample's tokens are replaced by zeros
   * @return a changed copy
   */
  public DenoisingConfig withConditionDropout(double probability) {
    return new DenoisingConfig(process, probability, minSnr);
  }

  /**
   * Another weighting of timesteps.
   *
   * @param largest the largest signal-to-noise ratio that counts; 0 weighs all alike
   * @return a changed copy
   */
  public DenoisingConfig withMinSnr(double largest) {
    return new DenoisingConfig(process, conditionDropout, largest);
  }

  /** What the squared error of a prediction is multiplied by. */
  double weight(NoiseLevel level) {
    if (minSnr == 0) {
      return 1;
    }
    double ratio = level.alphaBar() / (1 - level.alphaBar());
    double counted = Math.min(ratio, minSnr);
    return switch (process.prediction()) {
      case SAMPLE -> counted;
      case EPSILON -> counted / ratio;
      case V_PREDICTION -> counted / (ratio + 1);
    };
  }
}
