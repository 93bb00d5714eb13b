// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import java.util.Locale;
import java.util.Objects;

/**
 * Which contrastive loss each epoch uses: BiMixCo on mixed voxels first, then SoftCLIP with rising
 * temperature.
 *
 * <pre>{@code
 * NDArray loss =
 *     schedule.mixes(epoch)
 *         ? schedule.biMixCo().evaluate(brain, image, mix)
 *         : schedule.unmixed(epoch).evaluate(brain, image);
 * }</pre>
 *
 * @param mixedEpochs how many epochs use BiMixCo; the first epoch of SoftCLIP
 * @param biMixCo the loss of these epochs
 * @param softClip SoftCLIP's temperatures in the epochs that follow
 */
public record LossSchedule(int mixedEpochs, BiMixCoLoss biMixCo, TemperatureSchedule softClip) {
  /** Share of the epochs with BiMixCo, truncated to whole epochs: the paper's third. */
  public static final double PUBLISHED_MIXED_SHARE = 0.33;

  /**
   * Checks that there is something to train.
   *
   * @param mixedEpochs 0 or more
   * @param biMixCo not null
   * @param softClip not null
   * @throws IllegalArgumentException if the number is negative, or there is no epoch at all
   */
  public LossSchedule {
    Objects.requireNonNull(biMixCo, "biMixCo");
    if (mixedEpochs < 0 || mixedEpochs + softClip.epochs() < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a schedule needs at least one epoch but has %d mixed and %d others",
              mixedEpochs,
              softClip.epochs()));
    }
  }

  /**
   * The published schedule: BiMixCo in the first 33 % of the epochs, truncated, then SoftCLIP from
   * temperature 0.004 to 0.0075. (The paper says one third; of 240 epochs these are 79, not 80.)
   *
   * @param epochs of the whole training; 240 in the paper
   * @return the schedule
   */
  public static LossSchedule paper(int epochs) {
    return paper(epochs, PUBLISHED_MIXED_SHARE);
  }

  /**
   * The published losses with another share of mixed epochs.
   *
   * @param epochs of the whole training
   * @param mixedShare the share that uses BiMixCo, in [0, 1]; the number of epochs is truncated
   * @return the schedule
   * @throws IllegalArgumentException if the share is out of range
   */
  public static LossSchedule paper(int epochs, double mixedShare) {
    if (!(mixedShare >= 0 && mixedShare <= 1)) {
      throw new IllegalArgumentException("mixedShare must be from 0 to 1 but was " + mixedShare);
    }
    int mixed = (int) (mixedShare * epochs);
    return new LossSchedule(mixed, BiMixCoLoss.paper(), TemperatureSchedule.paper(epochs - mixed));
  }

  /**
   * The length of the training.
   *
   * @return how many epochs
   */
  public int epochs() {
    return mixedEpochs + softClip.epochs();
  }

  /**
   * Whether the voxels of an epoch are mixed and judged by {@link #biMixCo()}.
   *
   * @param epoch from 0 to {@code epochs() - 1}
   * @return true in the first epochs
   * @throws IllegalArgumentException for an epoch outside the schedule
   */
  public boolean mixes(int epoch) {
    Border.requireEpoch(epoch, epochs());
    return epoch < mixedEpochs;
  }

  /**
   * The loss of an epoch for voxels that are not mixed: in training from {@link #mixedEpochs()} on,
   * in validation always. Its kind and temperature change during training, so values of different
   * epochs do not compare.
   *
   * @param epoch from 0 to {@code epochs() - 1}
   * @return the CLIP loss of BiMixCo's temperature, later SoftCLIP
   * @throws IllegalArgumentException for an epoch outside the schedule
   */
  public PairedLoss unmixed(int epoch) {
    return mixes(epoch)
        ? biMixCo.withoutMixing()
        : new SoftClipLoss(softClip.at(epoch - mixedEpochs));
  }
}
