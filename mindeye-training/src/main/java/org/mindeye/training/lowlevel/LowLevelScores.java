// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.training.Score;

/** What a training of the low-level network reports: terms of its loss, and scores. */
public final class LowLevelScores {
  /** Loss: mean absolute error of unscaled latents. */
  public static final String LATENTS = "latents";

  /** Loss: soft contrastive, of features against a teacher's. */
  public static final String CONTRASTIVE = "contrastive";

  /** Loss: mean absolute error of decoded pixels in [-1, 1]. */
  public static final String RECONSTRUCTION = "reconstruction";

  /** Loss: mean absolute error of the edges of decoded pictures. */
  public static final String EDGES = "edges";

  /** Score: mean squared error of scaled latents, as the original validates. */
  public static final String MEAN_SQUARED = "meanSquared";

  /** Score: mean absolute error of unscaled latents, as the original trains. */
  public static final String ABSOLUTE = "absolute";

  /** Score: pixel correlation of decoded pictures; 0 for those of one color. */
  public static final String PIX_CORR = "pixCorr";

  /** Score: structural similarity of decoded pictures. */
  public static final String SSIM = "ssim";

  private LowLevelScores() {}

  static List<Score> scores(boolean decoded) {
    List<Score> scores = new ArrayList<>();
    scores.add(Score.lower(MEAN_SQUARED));
    scores.add(Score.lower(ABSOLUTE));
    if (decoded) {
      scores.add(Score.higher(PIX_CORR));
      scores.add(Score.higher(SSIM));
    }
    return scores;
  }
}
