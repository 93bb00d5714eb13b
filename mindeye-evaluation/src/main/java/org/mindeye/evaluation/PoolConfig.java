// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Objects;

/**
 * Retrieval among a fixed number of candidates, repeated.
 *
 * @param poolSize candidates per pool, at least 2
 * @param repetitions pools, at least 1
 * @param protocol how pools are drawn
 */
public record PoolConfig(int poolSize, int repetitions, PoolProtocol protocol) {
  /** Checks the numbers. */
  public PoolConfig {
    if (poolSize < 2) {
      throw new IllegalArgumentException(
          "poolSize: expected at least 2 candidates but was " + poolSize);
    }
    if (repetitions < 1) {
      throw new IllegalArgumentException("repetitions: expected at least 1 but was " + repetitions);
    }
    Objects.requireNonNull(protocol, "protocol");
  }

  /**
   * The paper's setting (section 4.1): 300 candidates, 30 repetitions, random subsets.
   *
   * @return the configuration
   */
  public static PoolConfig paper() {
    return new PoolConfig(300, 30, PoolProtocol.RANDOM);
  }
}
