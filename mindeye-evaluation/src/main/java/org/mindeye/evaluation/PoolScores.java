// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.List;

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
 * @param each the accuracies of the pools, in the order in which they were drawn
 */
public record PoolScores(
    PoolConfig config,
    Estimate brainToImage,
    Estimate imageToBrain,
    double chance,
    PoolValues each) {
  /**
   * What the estimates were made of.
   *
   * @param brainToImage the accuracy of every pool, rows are brains
   * @param imageToBrain the accuracy of every pool, rows are images
   */
  public record PoolValues(List<Double> brainToImage, List<Double> imageToBrain) {
    /** Copies the lists. */
    public PoolValues {
      brainToImage = List.copyOf(brainToImage);
      imageToBrain = List.copyOf(imageToBrain);
    }

    /**
     * Those of a direction.
     *
     * @param direction which way is searched
     * @return the accuracy of every pool
     */
    public List<Double> of(RetrievalDirection direction) {
      return direction == RetrievalDirection.BRAIN_TO_IMAGE ? brainToImage : imageToBrain;
    }
  }

  /**
   * Whether there was only one pool, the whole set, so that there is no draw to speak of and both
   * estimates are without an interval.
   *
   * @return true if nothing was repeated
   */
  public boolean isWholeSet() {
    return !brainToImage.hasInterval();
  }

  /**
   * The estimate of a direction.
   *
   * @param direction which way is searched
   * @return mean and interval over the pools
   */
  public Estimate of(RetrievalDirection direction) {
    return direction == RetrievalDirection.BRAIN_TO_IMAGE ? brainToImage : imageToBrain;
  }
}
