// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.time.Duration;

/**
 * How long the stages of one reconstruction took, all candidates together. Work on a GPU is queued,
 * and counts where its result is read: mostly as painting.
 *
 * @param encoding voxels to tokens
 * @param lowLevel the blurry start, zero without a low-level branch
 * @param prior brain tokens to image tokens
 * @param painting image tokens to pictures
 * @param scoring the choice among the candidates, zero without a scorer
 */
public record Timings(
    Duration encoding, Duration lowLevel, Duration prior, Duration painting, Duration scoring) {
  /**
   * All of it.
   *
   * @return the sum
   */
  public Duration total() {
    return encoding.plus(lowLevel).plus(prior).plus(painting).plus(scoring);
  }
}
