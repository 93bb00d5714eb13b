// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;

/**
 * What the published recipe reports: the terms of its loss, and how well a model does on the
 * validation split, from the mean response to each image, without mixing or dropout.
 */
public final class PaperScores {
  /** BiMixCo or SoftCLIP. */
  public static final String CONTRASTIVE = "contrastive";

  /** The diffusion prior's squared error, in the scale of its process. */
  public static final String PRIOR = "prior";

  /** Squared error of the backbone's tokens. */
  public static final String MEAN_SQUARED = "meanSquared";

  /** Mean cosine between a brain embedding and its own image. */
  public static final String COSINE = "cosine";

  /** Share of brains whose nearest image of the pool is their own, in [0, 1]. */
  public static final String BRAIN_TO_IMAGE = "brainToImage";

  /** Share of images whose nearest brain is their own, in [0, 1]. */
  public static final String IMAGE_TO_BRAIN = "imageToBrain";

  /** How many images the nearest is chosen from. */
  public static final String CANDIDATES = "candidates";

  /** Mean top-1 of both directions, in [0, 1]. */
  static final Score RETRIEVAL = Score.mean("retrieval", BRAIN_TO_IMAGE, IMAGE_TO_BRAIN);

  static final Score LOSS = Score.lower(LossTerm.TOTAL);

  private PaperScores() {}

  /** The terms, weighted. */
  static List<LossTerm> terms(Objective objective) {
    return List.of(
        new LossTerm(CONTRASTIVE, objective.contrastive()),
        new LossTerm(PRIOR, objective.prior()),
        new LossTerm(MEAN_SQUARED, objective.meanSquared()));
  }

  /** Losses by the definitions of {@link ValidationConfig.Protocol}, and retrieval. */
  static List<Score> scores() {
    return List.of(
        LOSS,
        Score.lower(CONTRASTIVE),
        Score.lower(PRIOR),
        Score.lower(MEAN_SQUARED),
        Score.higher(COSINE),
        Score.share(BRAIN_TO_IMAGE),
        Score.share(IMAGE_TO_BRAIN),
        Score.count(CANDIDATES),
        RETRIEVAL);
  }

  static ReportNames names(Objective objective) {
    return new ReportNames(terms(objective), scores());
  }

  /** A loss and its terms. */
  static NamedValues losses(double total, double contrastive, double prior, double meanSquared) {
    return NamedValues.NONE
        .with(LossTerm.TOTAL, total)
        .with(CONTRASTIVE, contrastive)
        .with(PRIOR, prior)
        .with(MEAN_SQUARED, meanSquared);
  }
}
