// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mindeye.prior.diffusion.Ddim;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;

/**
 * DDIM (Song et al. 2021; {@code p_sample_loop_ddim} of dalle2-pytorch): fewer, longer steps. Not
 * used for any published result. Draws the start, and in each step that leads neither to timestep 0
 * nor to the end, noise of the same shape, even if eta is 0.
 *
 * @param steps how many, at least 2 and fewer than the process has timesteps
 * @param eta how much fresh noise each step adds: 1 as much as DDPM (default of the original), 0
 *     none
 * @param variant which timesteps and noise levels the steps use
 */
public record DdimSampler(int steps, double eta, Variant variant) implements PriorSampler {

  /** Which timesteps and noise levels the steps use. */
  public enum Variant {
    /**
     * The original's: it starts below the noisiest timestep, calls the network once less than the
     * number of steps says, and estimates the noise with alphaBar of the timesteps but makes the
     * step with alphaBar one timestep earlier.
     */
    AS_PUBLISHED,
    /** From the noisiest timestep, alphaBar of the timesteps throughout. */
    CORRECTED
  }

  /**
   * The original's, with its eta of 1.
   *
   * @param steps how many
   * @return the sampler
   */
  public static DdimSampler asPublished(int steps) {
    return new DdimSampler(steps, 1, Variant.AS_PUBLISHED);
  }

  /**
   * The same without its mistakes.
   *
   * @param steps how many
   * @return the sampler
   */
  public static DdimSampler corrected(int steps) {
    return new DdimSampler(steps, 1, Variant.CORRECTED);
  }

  /** Checks the numbers. */
  public DdimSampler {
    if (steps < 2) {
      throw new IllegalArgumentException("steps: expected at least 2 but was " + steps);
    }
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta: expected a number in [0, 1] but was " + eta);
    }
    Objects.requireNonNull(variant, "variant");
  }

  @Override
  public SamplingPlan plan(NoiseSchedule schedule) {
    int[] times = times(schedule.timesteps());
    int earlier = variant == Variant.AS_PUBLISHED ? 1 : 0;
    List<SamplingPlan.Step> plan = new ArrayList<>();
    for (int i = 0; i + 1 < times.length; i++) {
      int next = times[i + 1];
      NoiseLevel from = schedule.level(times[i] - earlier);
      NoiseLevel to = next < 0 ? NoiseLevel.CLEAN : schedule.level(next - earlier);
      double deviation = next <= 0 ? 0 : Ddim.standardDeviation(from, to, eta);
      plan.add(
          new SamplingPlan.Step(
              times[i],
              PredictionType.Conversion.IDENTITY,
              Ddim.step(schedule.level(times[i]), to, deviation),
              next > 0));
    }
    return new SamplingPlan(plan);
  }

  /** From the noisiest timestep to -1, the clean end; truncated towards zero, as published. */
  int[] times(int timesteps) {
    if (steps >= timesteps) {
      throw new IllegalArgumentException(
          "steps: DDIM takes fewer steps than the process has timesteps ("
              + timesteps
              + ") but was given "
              + steps
              + "; use DdpmSampler for all of them");
    }
    boolean published = variant == Variant.AS_PUBLISHED;
    int[] times = new int[published ? steps : steps + 1];
    for (int i = 0; i < times.length; i++) {
      int j = times.length - 1 - i; // counted from the clean end
      times[i] = published ? spaced(j, timesteps) : (int) ((long) j * timesteps / steps) - 1;
    }
    return times;
  }

  /** Point j of torch's {@code linspace(-1, timesteps, steps + 1)}, truncated towards zero. */
  private int spaced(int j, int timesteps) {
    float apart = (timesteps + 1f) / steps;
    // torch counts from the nearer end; in float32 that decides some truncations.
    return (int) (j < (steps + 1) / 2 ? -1 + apart * j : timesteps - apart * (steps - j));
  }
}
