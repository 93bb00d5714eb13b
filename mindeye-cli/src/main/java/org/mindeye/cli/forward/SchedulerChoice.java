// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import java.util.Locale;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.reconstruction.LatentScheduler;

/**
 * How to sample latents.
 *
 * @param plan its steps, of a network that predicts Stable Diffusion's noise
 */
record SchedulerChoice(SamplingPlan plan) {
  /** The schedulers, called on the command line as they print. */
  enum Kind {
    /** MindEye's. */
    UNIPC,
    /** DPM-Solver++ (2M). */
    DPM_SOLVER,
    /** First order. */
    DDIM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Makes the steps, so that impossible numbers are refused before anything is read. */
  static SchedulerChoice of(Kind kind, Integer steps, Integer start) {
    if (steps == null) {
      throw new IllegalArgumentException(kind + " needs --steps");
    }
    return new SchedulerChoice(
        LatentScheduler.published(LatentScheduler.Method.valueOf(kind.name()))
            .plan(
                NoiseSchedule.stableDiffusion(),
                PredictionType.EPSILON,
                steps,
                start == null ? 0 : start));
  }
}
