// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import java.util.Objects;

/**
 * One trial as the subject lived it.
 *
 * @param session from 1
 * @param run from 1, in the session
 * @param number from 1, in the run
 * @param image the picture that was shown
 * @param old whether it had been shown before
 * @param correct whether the subject answered that question correctly: 1, 0, or NaN without an
 *     answer
 * @param reactionMillis from the picture to the answer, in milliseconds; NaN without an answer
 */
public record BehaviorTrial(
    int session,
    int run,
    int number,
    Id73k image,
    boolean old,
    double correct,
    double reactionMillis) {
  /** Checks that the picture is there. */
  public BehaviorTrial {
    Objects.requireNonNull(image, "image");
  }
}
