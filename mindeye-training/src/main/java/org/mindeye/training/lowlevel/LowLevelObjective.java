// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.List;
import org.mindeye.losses.SoftContrastiveLoss;
import org.mindeye.training.LossTerm;

/**
 * What the low-level network minimises: a weighted sum of errors. A weight of 0 leaves one out.
 *
 * @param latents of the mean absolute error of unscaled latents; the original divides its error of
 *     scaled ones by 0.18215 (published: 1)
 * @param contrastive of the soft contrastive loss of features against a teacher's (published: 0.1)
 * @param temperature of the contrastive loss (published: 0.075)
 * @param reconstruction of the mean absolute error of decoded pixels in [-1, 1] (published: 0)
 * @param edges of the mean absolute error of their edges, as Sobel's filter finds them in decoded
 *     pixels and, behind a median of 3 x 3, in the image that was seen (published: 0)
 */
public record LowLevelObjective(
    double latents, double contrastive, double temperature, double reconstruction, double edges) {
  /** How much the published training makes of the teacher. */
  public static final double PUBLISHED_CONTRASTIVE = 0.1;

  /** Checks the numbers. */
  public LowLevelObjective {
    new SoftContrastiveLoss(temperature);
    List<LossTerm> terms = terms(latents, contrastive, reconstruction, edges);
    if (terms.stream().allMatch(term -> term.weight() == 0)) {
      throw new IllegalArgumentException(
          "objective: all weights are 0, so there is nothing to minimise; give at least one of"
              + " latents, contrastive, reconstruction and edges a weight");
    }
  }

  /**
   * The published loss, which needs a teacher.
   *
   * @return latents plus 0.1 times the contrastive loss
   */
  public static LowLevelObjective paper() {
    return new LowLevelObjective(
        1, PUBLISHED_CONTRASTIVE, SoftContrastiveLoss.paper().temperature(), 0, 0);
  }

  /**
   * The same without a teacher.
   *
   * @return a changed copy
   */
  public LowLevelObjective withoutTeacher() {
    return new LowLevelObjective(latents, 0, temperature, reconstruction, edges);
  }

  /**
   * Another use of decoded pixels.
   *
   * @param newReconstruction weight of the error of pixels
   * @param newEdges weight of the error of edges
   * @return a changed copy
   */
  public LowLevelObjective withPixels(double newReconstruction, double newEdges) {
    return new LowLevelObjective(latents, contrastive, temperature, newReconstruction, newEdges);
  }

  /** Whether predictions are decoded to learn from their pixels. */
  boolean decodes() {
    return reconstruction > 0 || edges > 0;
  }

  /** The terms, weighed. */
  List<LossTerm> terms() {
    return terms(latents, contrastive, reconstruction, edges);
  }

  private static List<LossTerm> terms(
      double latents, double contrastive, double reconstruction, double edges) {
    return List.of(
        new LossTerm(LowLevelScores.LATENTS, latents),
        new LossTerm(LowLevelScores.CONTRASTIVE, contrastive),
        new LossTerm(LowLevelScores.RECONSTRUCTION, reconstruction),
        new LossTerm(LowLevelScores.EDGES, edges));
  }
}
