// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;

/**
 * Ancestral sampling, one step for each timestep (Ho et al. 2020; {@code p_sample_loop_ddpm} of
 * dalle2-pytorch): what all published reconstructions use. Draws the start and then, in every step,
 * noise of the same shape; that of the last step is drawn and not used, as in the original, so that
 * the next draw from the same source gets the original's numbers.
 */
public record DdpmSampler() implements PriorSampler {
  @Override
  public SamplingPlan plan(NoiseSchedule schedule) {
    return SamplingPlan.ddpm(schedule, PredictionType.SAMPLE);
  }
}
