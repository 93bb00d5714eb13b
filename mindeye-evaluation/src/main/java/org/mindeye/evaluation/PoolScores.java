package org.mindeye.evaluation;

/**
 * Top-1 retrieval accuracy over repeated pools, in both directions.
 *
 * <p>The intervals describe how much the draw of the pools matters, not how much another test set
 * would: pools of one test set overlap.
 *
 * @param options how the pools were drawn
 * @param brainToImage rows are brains: for each brain embedding, is the most similar image its own
 *     (published under the label "brain retrieval")
 * @param imageToBrain rows are images: for each image, is the most similar brain embedding its own
 *     (published under the label "image retrieval")
 */
public record PoolScores(PoolOptions options, Estimate brainToImage, Estimate imageToBrain) {
  /**
   * What guessing reaches.
   *
   * @return one divided by the pool size
   */
  public double chance() {
    return 1.0 / options.poolSize();
  }
}
