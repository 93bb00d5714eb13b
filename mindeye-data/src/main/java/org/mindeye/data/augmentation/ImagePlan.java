// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

import java.util.Objects;
import java.util.Optional;

/**
 * What happens to one image of a batch.
 *
 * @param box what is kept of it
 * @param flip whether it is mirrored left to right
 * @param jitter how its colours change; empty if they do not
 * @param grayscale whether it loses its colours in the end
 */
public record ImagePlan(
    CropBox box, boolean flip, Optional<JitterFactors> jitter, boolean grayscale) {

  /** Checks that nothing is missing. */
  public ImagePlan {
    Objects.requireNonNull(box, "box");
    Objects.requireNonNull(jitter, "jitter");
  }

  /**
   * An image that is only resized.
   *
   * @param box what is kept of it
   * @return the plan
   */
  public static ImagePlan resize(CropBox box) {
    return new ImagePlan(box, false, Optional.empty(), false);
  }

  /**
   * The same image as its mirror image.
   *
   * @return a copy that flips if this one does not, and the other way round
   */
  public ImagePlan flipped() {
    return new ImagePlan(box, !flip, jitter, grayscale);
  }

  /**
   * The same with changed colours.
   *
   * @param changed how they change
   * @return a copy
   */
  public ImagePlan withJitter(JitterFactors changed) {
    return new ImagePlan(box, flip, Optional.of(changed), grayscale);
  }

  /**
   * The same without colours.
   *
   * @return a copy
   */
  public ImagePlan withGrayscale() {
    return new ImagePlan(box, flip, jitter, true);
  }
}
