// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.util.Locale;
import java.util.Objects;

/**
 * Which step of a painting is about to begin. All numbers count from 0.
 *
 * @param stage what is being computed
 * @param image which sample of the call
 * @param images how many the call has
 * @param candidate which of the image's candidates; the first of those that are painted at once, or
 *     0 before there are any
 * @param candidates how many the image gets
 * @param step of the stage
 * @param steps how many the stage has; 1 but for {@link Stage#PRIOR} and {@link Stage#PAINTING}
 */
public record PaintingProgress(
    Stage stage, int image, int images, int candidate, int candidates, int step, int steps) {
  /** What a painting consists of, in this order. */
  public enum Stage {
    /** Voxels to tokens. */
    ENCODING,
    /** Voxels to the blurry picture, and to what the painting starts from. */
    LOW_LEVEL,
    /** Brain tokens to image tokens. */
    PRIOR,
    /** Image tokens to a picture. */
    PAINTING,
    /** How similar the picture is to what the brain says. */
    SCORING
  }

  /** Checks that there is a stage. */
  public PaintingProgress {
    Objects.requireNonNull(stage, "stage");
  }

  /**
   * For people, who count from 1.
   *
   * @return as in {@code image 1 of 3, candidate 2 of 16, painting, step 4 of 17}
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "image %d of %d, candidate %d of %d, %s, step %d of %d",
        image + 1,
        images,
        candidate + 1,
        candidates,
        stage.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        step + 1,
        steps);
  }
}
