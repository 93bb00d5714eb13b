// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/**
 * Ancestral sampling, one step for each timestep (Ho et al. 2020; {@code p_sample_loop_ddpm} of
 * dalle2-pytorch): what all published reconstructions use. Draws the start and then, in every step,
 * noise of the same shape; that of the last step is drawn and not used, as in the original, so that
 * whatever draws next from the same source gets the original's numbers.
 */
public record DdpmSampler() implements PriorSampler {
  @Override
  public NDArray sample(
      Denoiser denoiser, NoiseSchedule schedule, Shape shape, NoiseSource noise, NDManager owner) {
    NDArray x = noise.normal(owner, shape);
    for (int t = schedule.timesteps() - 1; t >= 0; t--) {
      double deviation = t == 0 ? 0 : Math.exp(0.5 * schedule.posteriorLogVariance(t));
      try (NDArray clean = denoiser.predict(x, t);
          NDArray fresh = noise.normal(owner, shape)) {
        LinearCombination.into(
            x,
            schedule.posteriorNoisyWeight(t),
            clean,
            schedule.posteriorCleanWeight(t),
            fresh,
            deviation);
      }
    }
    return x;
  }

  @Override
  public int calls(NoiseSchedule schedule) {
    return schedule.timesteps();
  }

  @Override
  public int draws(NoiseSchedule schedule) {
    return 1 + schedule.timesteps();
  }
}
