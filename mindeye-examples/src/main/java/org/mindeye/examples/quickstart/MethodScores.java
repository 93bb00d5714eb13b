package org.mindeye.examples.quickstart;

import org.mindeye.core.random.NoiseSource;
import org.mindeye.evaluation.PoolOptions;
import org.mindeye.evaluation.PoolProtocol;
import org.mindeye.evaluation.PoolScores;
import org.mindeye.evaluation.RetrievalScores;

/**
 * How well one method finds pictures of the test split.
 *
 * @param name what the method is called
 * @param all retrieval among all test pictures
 * @param pools retrieval among random pools
 */
record MethodScores(String name, RetrievalScores all, PoolScores pools) {
  private static final long POOLS = 13;
  private static final int REPETITIONS = 30;

  /** Draws the same pools for every method of a run. */
  static MethodScores of(String name, RetrievalScores scores, QuickstartConfig config) {
    PoolOptions options = new PoolOptions(config.poolSize(), REPETITIONS, PoolProtocol.RANDOM);
    return new MethodScores(
        name, scores, scores.pools(options, NoiseSource.seeded(config.seed(), POOLS)));
  }
}
