// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import org.mindeye.core.random.NoiseSource;

/**
 * MixCo augmentation in voxel space: some samples of a batch are blended with another one, and the
 * loss knows in which proportion. Used in the first third of training ({@code mixco} in {@code
 * src/utils.py} of the original).
 */
public final class MixCo {
  private MixCo() {}

  /**
   * Draws a mix with the published setting.
   *
   * @param batch how many samples, positive
   * @param noise where the random numbers come from
   * @return the mix
   */
  public static MixCoPlan draw(int batch, NoiseSource noise) {
    return draw(batch, MixCoConfig.paper(), noise);
  }

  /**
   * Draws a mix. The order of draws is the original's: the permutation, the weights of all samples,
   * and one uniform number per sample, which is mixed if the number does not exceed the threshold.
   *
   * @param batch how many samples, positive
   * @param config how to mix
   * @param noise where the random numbers come from
   * @return the mix
   */
  public static MixCoPlan draw(int batch, MixCoConfig config, NoiseSource noise) {
    if (batch < 1) {
      throw new IllegalArgumentException("a mix needs at least one sample but was " + batch);
    }
    int[] permutation = noise.permutation(batch);
    double[] betas = noise.beta(config.alpha(), config.alpha(), batch);
    float[] uniform = new float[batch];
    noise.uniform(uniform);
    boolean[] selected = new boolean[batch];
    for (int i = 0; i < batch; i++) {
      selected[i] = uniform[i] <= config.threshold();
    }
    return MixCoPlan.of(permutation, betas, selected);
  }
}
