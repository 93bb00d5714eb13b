// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

/** How the candidates of one retrieval pool are drawn from the test set. */
public enum PoolProtocol {
  /** A random subset without repetition: what the paper describes. The default. */
  RANDOM,

  /**
   * What the published evaluation script does. It reads the test set's two files over and over in
   * random order, without shuffling, and cuts the stream into runs of consecutive samples: pools
   * are few different ones, neighbours stay together, and a pool that spans two readings of the
   * same file holds samples twice. The two files are taken to be the two halves of the test set.
   */
  CONSECUTIVE_AS_PUBLISHED
}
