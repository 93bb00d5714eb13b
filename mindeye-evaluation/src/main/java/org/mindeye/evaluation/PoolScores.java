// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

/**
 * Top-1 retrieval accuracy over repeated pools, in both directions.
 *
 * <p>The intervals describe how much the draw of the pools matters, not how much another test set
 * would: pools of one test set overlap. For the latter, see {@link DirectionScores#hits()}; whether
 * one method is better than another on the same images, see {@link PairedComparison}.
 *
 * @param config how the pools were drawn
 * @param brainToImage rows are brains: for each brain embedding, is the most similar image its own
 *     (published under the label "brain retrieval")
 * @param imageToBrain rows are images: for each image, is the most similar brain embedding its own
 *     (published under the label "image retrieval")
 * @param chance what guessing reaches: one divided by the pool size, and a little more where
 *     several samples show the same image
 */
public record PoolScores(
    PoolConfig config, Estimate brainToImage, Estimate imageToBrain, double chance) {
  /**
   * Whether there was only one pool, the whole set, so that there is no draw to speak of and both
   * estimates are without an interval.
   *
   * @return true if nothing was repeated
   */
  public boolean isWholeSet() {
    return !brainToImage.hasInterval();
  }
}
