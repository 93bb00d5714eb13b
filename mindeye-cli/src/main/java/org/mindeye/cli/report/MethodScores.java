// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import org.mindeye.core.random.NoiseSource;
import org.mindeye.evaluation.PoolConfig;
import org.mindeye.evaluation.PoolScores;
import org.mindeye.evaluation.RetrievalScores;

/**
 * How well one method finds pictures of the test split.
 *
 * @param method whose scores these are
 * @param all retrieval among all test pictures
 * @param pools retrieval among random pools
 */
public record MethodScores(Method method, RetrievalScores all, PoolScores pools) {
  private static final long POOLS = 13;

  /**
   * Draws the same pools for every method of a run.
   *
   * @param method whose scores these are
   * @param scores among all test pictures
   * @param poolSize candidates of a pool; all pictures if there are fewer
   * @param seed of the run
   * @return the scores with those in pools
   */
  static MethodScores of(Method method, RetrievalScores scores, int poolSize, long seed) {
    PoolConfig paper = PoolConfig.paper();
    PoolConfig config =
        new PoolConfig(
            Math.min(poolSize, scores.brainToImage().size()),
            paper.repetitions(),
            paper.protocol());
    return new MethodScores(method, scores, scores.pools(config, NoiseSource.seeded(seed, POOLS)));
  }
}
