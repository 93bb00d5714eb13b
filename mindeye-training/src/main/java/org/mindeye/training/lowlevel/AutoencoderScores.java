// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import org.mindeye.training.LossTerm;
import org.mindeye.training.Score;

/**
 * What an autoencoder's training reports: the terms of its loss, and the same of validation
 * pictures that are decoded from their likeliest latents, without a draw.
 */
public final class AutoencoderScores {
  /** Mean absolute error of pixels in [-1, 1] (L1). */
  public static final String ABSOLUTE = "absolute";

  /** Mean squared error of pixels in [-1, 1]. */
  public static final String MEAN_SQUARED = "meanSquared";

  /** Kullback-Leibler divergence, in nats per number of the latents. */
  public static final String DIVERGENCE = "divergence";

  /**
   * Peak signal-to-noise ratio, the mean over the pictures, in dB; pixels are clamped to [0, 1].
   */
  public static final String PSNR = "psnr";

  /** What says which epoch is best. */
  static final Score QUALITY = Score.higher(PSNR);

  private AutoencoderScores() {}

  static List<Score> scores() {
    return List.of(
        Score.lower(LossTerm.TOTAL),
        Score.lower(ABSOLUTE),
        Score.lower(MEAN_SQUARED),
        Score.lower(DIVERGENCE),
        QUALITY);
  }
}
