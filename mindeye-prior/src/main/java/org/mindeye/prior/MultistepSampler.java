// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import org.mindeye.prior.diffusion.DpmSolver;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.Timesteps;

/**
 * SDE-DPM-Solver++ (2M) on the clean prediction (Lu et al. 2022): second order, one network call a
 * step, fresh noise in every step but the last. An extra; the original has no such sampler.
 *
 * <p>Mean and spread of 20-step samples are those of 100-step DDPM, within what can be measured. On
 * a small prior trained in the tests, with 256 draws for each of sixteen brains: two independent
 * runs of DDPM have means 0.60 apart, and these samples are 0.58 from either; DDPM's samples spread
 * by 6.13, these by 6.11. Ten steps: 0.60 and 6.08; five: 0.66 and 5.86; three: 0.91 and 5.06. DDIM
 * in 20 steps: 0.63 and 5.92. (The deterministic form of the solver, with the same network, has
 * another mean at any number of steps.)
 *
 * @param steps how many, at least 2; no more than the process has timesteps
 */
public record MultistepSampler(int steps) implements PriorSampler {
  /** Checks the number. */
  public MultistepSampler {
    if (steps < 2) {
      throw new IllegalArgumentException("steps: expected at least 2 but was " + steps);
    }
  }

  @Override
  public SamplingPlan plan(NoiseSchedule schedule) {
    return new DpmSolver(true, NoiseLevel.CLEAN)
        .plan(schedule, PredictionType.SAMPLE, Timesteps.quadratic(schedule.timesteps(), steps), 0);
  }
}
