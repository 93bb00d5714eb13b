// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.TemperatureSchedule;

/**
 * The contrastive part of the recipe: BiMixCo on mixed voxels first, then SoftCLIP.
 *
 * @param mixedShare share of the epochs trained with BiMixCo before SoftCLIP takes over, truncated
 *     to whole epochs (published: 0.33)
 * @param mixCo how voxels are mixed
 * @param targets the target matrix of BiMixCo
 * @param mixedTemperature of BiMixCo (published: 0.006)
 * @param firstTemperature of SoftCLIP's first epoch (published: 0.004)
 * @param lastTemperature of SoftCLIP's last epoch (published: 0.0075)
 */
public record ContrastiveConfig(
    double mixedShare,
    MixCoConfig mixCo,
    MixCoTargets targets,
    double mixedTemperature,
    double firstTemperature,
    double lastTemperature) {

  /** Checks the numbers. */
  public ContrastiveConfig {
    Objects.requireNonNull(mixCo, "mixCo");
    Objects.requireNonNull(targets, "targets");
    if (!(mixedShare >= 0 && mixedShare <= 1)) {
      throw new IllegalArgumentException(
          "mixedShare: expected a share in [0, 1] but was " + mixedShare);
    }
    Requirements.positive("mixedTemperature", mixedTemperature);
    Requirements.positive("firstTemperature", firstTemperature);
    Requirements.positive("lastTemperature", lastTemperature);
  }

  /**
   * The published setting.
   *
   * @return the configuration
   */
  public static ContrastiveConfig paper() {
    BiMixCoLoss mixed = BiMixCoLoss.paper();
    TemperatureSchedule unmixed = TemperatureSchedule.paper(1);
    return new ContrastiveConfig(
        LossSchedule.PUBLISHED_MIXED_SHARE,
        MixCoConfig.paper(),
        mixed.targets(),
        mixed.temperature(),
        unmixed.first(),
        unmixed.last());
  }

  /**
   * Another use of MixCo.
   *
   * @param newShare share of the epochs with BiMixCo
   * @param newTargets the target matrix of BiMixCo
   * @return a changed copy
   */
  public ContrastiveConfig withMixing(double newShare, MixCoTargets newTargets) {
    return new ContrastiveConfig(
        newShare, mixCo, newTargets, mixedTemperature, firstTemperature, lastTemperature);
  }

  /**
   * Another kind of mixing.
   *
   * @param newShare share of the epochs with BiMixCo
   * @param newMixCo how voxels are mixed
   * @return a changed copy
   */
  public ContrastiveConfig withMixCo(double newShare, MixCoConfig newMixCo) {
    return new ContrastiveConfig(
        newShare, newMixCo, targets, mixedTemperature, firstTemperature, lastTemperature);
  }

  /**
   * All temperatures multiplied. The published ones suit the hidden layer of ViT-L/14; targets
   * whose cosines spread wider need higher ones.
   *
   * @param factor positive
   * @return a changed copy
   */
  public ContrastiveConfig withTemperaturesTimes(double factor) {
    return new ContrastiveConfig(
        mixedShare,
        mixCo,
        targets,
        factor * mixedTemperature,
        factor * firstTemperature,
        factor * lastTemperature);
  }

  /** Which loss is trained in which epoch. */
  LossSchedule schedule(int epochs) {
    int mixed = (int) (mixedShare * epochs);
    return new LossSchedule(
        mixed,
        new BiMixCoLoss(mixedTemperature, targets),
        new TemperatureSchedule(firstTemperature, lastTemperature, epochs - mixed));
  }
}
