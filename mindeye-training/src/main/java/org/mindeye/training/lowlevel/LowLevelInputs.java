// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import java.util.Objects;
import org.mindeye.data.augmentation.ViewConfig;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.MixCoConfig;

/**
 * What a step of the low-level network's training is shown.
 *
 * @param repeats which response to an image, or which mean of them
 * @param views how the images are changed that the teacher sees for the second time
 * @param mixedShare share of the epochs, from the first, in which samples are mixed: voxels and
 *     latents alike; in [0, 1] (published: 0)
 * @param mixCo how they are mixed
 */
public record LowLevelInputs(
    RepeatPolicy repeats, ViewConfig views, double mixedShare, MixCoConfig mixCo) {
  /** Checks the numbers, and that every choice is made. */
  public LowLevelInputs {
    Objects.requireNonNull(repeats, "repeats");
    Objects.requireNonNull(views, "views");
    Objects.requireNonNull(mixCo, "mixCo");
    if (!(mixedShare >= 0 && mixedShare <= 1)) {
      throw new IllegalArgumentException(
          "mixedShare: expected a share in [0, 1] but was " + mixedShare);
    }
  }

  /**
   * The published setting: {@code voxel_select}, augmented views, nothing mixed.
   *
   * @return the configuration
   */
  public static LowLevelInputs paper() {
    return new LowLevelInputs(
        RepeatPolicy.VOXEL_SELECT, ViewConfig.paper(), 0, MixCoConfig.paper());
  }

  /**
   * Another choice of responses.
   *
   * @param newRepeats which response to an image
   * @return a changed copy
   */
  public LowLevelInputs withRepeats(RepeatPolicy newRepeats) {
    return new LowLevelInputs(newRepeats, views, mixedShare, mixCo);
  }

  /**
   * Other views for the teacher.
   *
   * @param newViews how images are changed
   * @return a changed copy
   */
  public LowLevelInputs withViews(ViewConfig newViews) {
    return new LowLevelInputs(repeats, newViews, mixedShare, mixCo);
  }

  /**
   * Mixed samples.
   *
   * @param newShare share of the epochs in which samples are mixed
   * @param newMixCo how they are mixed
   * @return a changed copy
   */
  public LowLevelInputs withMixing(double newShare, MixCoConfig newMixCo) {
    return new LowLevelInputs(repeats, views, newShare, newMixCo);
  }
}
