// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import org.mindeye.training.LossTerm;

/**
 * What an autoencoder minimises: errors of pixels in [-1, 1] that are decoded from sampled latents,
 * and how far the latents' distributions are from the standard normal one, each a mean over all
 * numbers.
 *
 * @param absolute weight of the mean absolute error (L1)
 * @param meanSquared weight of the mean squared error
 * @param divergence weight of the Kullback-Leibler term, in nats per number of the latents; small,
 *     as it costs detail
 */
public record AutoencoderLossConfig(double absolute, double meanSquared, double divergence) {
  /** Checks the weights. */
  public AutoencoderLossConfig {
    LossTerm first = new LossTerm(AutoencoderScores.ABSOLUTE, absolute);
    LossTerm second = new LossTerm(AutoencoderScores.MEAN_SQUARED, meanSquared);
    new LossTerm(AutoencoderScores.DIVERGENCE, divergence);
    if (first.weight() + second.weight() == 0) {
      throw new IllegalArgumentException(
          "absolute, meanSquared: expected a weight above 0 for one of them, or nothing would be"
              + " reconstructed");
    }
  }

  /**
   * Both errors alike, and a divergence that keeps latents bounded at little cost.
   *
   * @return 1, 1 and 1e-4
   */
  public static AutoencoderLossConfig standard() {
    return new AutoencoderLossConfig(1, 1, 1e-4);
  }

  /** The terms, weighed. */
  List<LossTerm> terms() {
    return List.of(
        new LossTerm(AutoencoderScores.ABSOLUTE, absolute),
        new LossTerm(AutoencoderScores.MEAN_SQUARED, meanSquared),
        new LossTerm(AutoencoderScores.DIVERGENCE, divergence));
  }
}
