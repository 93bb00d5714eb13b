package org.mindeye.training;

/**
 * A loss and what it is made of, before weighting. What the objective leaves out is 0.
 *
 * @param total the weighted sum: what is minimised
 * @param contrastive BiMixCo or SoftCLIP
 * @param prior the diffusion prior's squared error, in the scale of its process
 * @param meanSquared squared error of the backbone's tokens
 */
public record LossTerms(double total, double contrastive, double prior, double meanSquared) {
  /** No loss at all: where sums start. */
  static final LossTerms ZERO = new LossTerms(0, 0, 0, 0);

  LossTerms plus(LossTerms other) {
    return new LossTerms(
        total + other.total,
        contrastive + other.contrastive,
        prior + other.prior,
        meanSquared + other.meanSquared);
  }

  LossTerms over(int count) {
    return new LossTerms(total / count, contrastive / count, prior / count, meanSquared / count);
  }
}
