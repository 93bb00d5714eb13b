// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import java.util.List;
import org.mindeye.training.LossTerm;
import org.mindeye.training.Score;

/**
 * What a painter's training reports: its loss, the same of validation pictures at timesteps and
 * with noise that never change, and how close painted pictures come to what was seen.
 */
public final class PainterScores {
  /** Mean squared error of what is predicted, weighted by timestep. */
  public static final String DENOISING = "denoising";

  /**
   * Pixel correlation of painted pictures with the seen ones, the mean; a picture of one color,
   * which has none, counts as 0. Missing where none are painted.
   */
  public static final String PIX_CORR = "pixCorr";

  /** What says which epoch is best. */
  static final Score QUALITY = Score.lower(DENOISING);

  /** The only term of the loss. */
  static final LossTerm TERM = new LossTerm(DENOISING, 1);

  private PainterScores() {}

  static List<Score> scores(boolean painted) {
    List<Score> losses = List.of(Score.lower(LossTerm.TOTAL), QUALITY);
    return painted ? List.of(losses.get(0), losses.get(1), Score.higher(PIX_CORR)) : losses;
  }
}
