// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.Objects;
import org.mindeye.evaluation.Ssim;
import org.mindeye.evaluation.TwoWayIdentification.Distractors;

/**
 * Which of several numbers of the same name is meant.
 *
 * @param ssim what a window covers
 * @param twoWay what the right image is compared with
 */
public record MetricVariants(Ssim.Variant ssim, Distractors twoWay) {
  /** Checks that both are there. */
  public MetricVariants {
    Objects.requireNonNull(ssim, "ssim");
    Objects.requireNonNull(twoWay, "twoWay");
  }

  /**
   * As published.
   *
   * @return whole pictures, and originals as distractors
   */
  public static MetricVariants paper() {
    return new MetricVariants(Ssim.Variant.PICTURE, Distractors.ORIGINALS);
  }
}
