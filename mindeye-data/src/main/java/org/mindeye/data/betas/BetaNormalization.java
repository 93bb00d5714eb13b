// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

/**
 * How responses of different sessions are made comparable. A z-score is taken for each voxel and
 * session: {@code (x - mean) / deviation}, with the deviation of the population, in float64. A
 * voxel that does not vary in a session is 0 there.
 */
public enum BetaNormalization {
  /** Responses stay as they are. */
  NONE,
  /**
   * Mean and deviation of the training trials: what a model is tested on has no part in them. Says
   * the paper of MindEye2.
   */
  TRAINING_TRIALS,
  /** Mean and deviation of all trials of the session, test trials included, as MindEye has it. */
  ALL_TRIALS
}
