// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/**
 * SDE-DPM-Solver++ (2M) on the clean prediction (Lu et al. 2022): second order, one network call a
 * step, fresh noise in every step but the last. An extra; the original has no such sampler.
 *
 * <p>Mean and spread of 20-step samples are those of 100-step DDPM, as far as can be seen. On a
 * small prior trained in the tests, with 256 draws for each of sixteen brains: two independent runs
 * of DDPM have means 0.60 apart, and these samples are 0.58 from either; DDPM's samples spread by
 * 6.13, these by 6.11. Ten steps: 0.60 and 6.08; five: 0.66 and 5.86; three: 0.91 and 5.06. DDIM in
 * 20 steps: 0.63 and 5.92. (The deterministic form of the solver, with the same network, has
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
  public NDArray sample(
      Denoiser denoiser, NoiseSchedule schedule, Shape shape, NoiseSource noise, NDManager owner) {
    int[] times = times(schedule.timesteps());
    NDArray x = noise.normal(owner, shape);
    NDArray before = null;
    double widthBefore = 0;
    for (int i = 0; i < steps; i++) {
      NDArray clean = denoiser.predict(x, times[i]);
      if (i + 1 == steps) {
        LinearCombination.into(x, 0, clean, 1);
      } else {
        double width = width(schedule, times[i], times[i + 1]);
        double trend = before == null ? 0 : width / (2 * widthBefore);
        step(schedule, x, clean, before, new Step(times[i], times[i + 1], width, trend), noise);
        widthBefore = width;
      }
      close(before);
      before = clean;
    }
    close(before);
    return x;
  }

  /**
   * One step.
   *
   * @param from timestep
   * @param to the next timestep
   * @param width how far they are apart in log(signal / noise)
   * @param trend how far the prediction is carried on as it changed in the step before
   */
  private record Step(int from, int to, double width, double trend) {}

  private static void step(
      NoiseSchedule schedule,
      NDArray x,
      NDArray clean,
      NDArray before,
      Step step,
      NoiseSource noise) {
    double left = schedule.noiseScale(step.to) / schedule.noiseScale(step.from);
    double replaced = -Math.expm1(-2 * step.width);
    double gained = schedule.signalScale(step.to) * replaced;
    try (NDArray fresh = noise.normal(x.getManager(), x.getShape())) {
      LinearCombination.into(
          x,
          left * Math.exp(-step.width),
          clean,
          gained * (1 + step.trend),
          fresh,
          schedule.noiseScale(step.to) * Math.sqrt(replaced));
    }
    if (step.trend != 0) {
      LinearCombination.into(x, 1, before, -gained * step.trend);
    }
  }

  private static void close(NDArray prediction) {
    if (prediction != null) {
      prediction.close();
    }
  }

  /** How far two timesteps are apart in log(signal / noise). */
  private static double width(NoiseSchedule schedule, int t, int next) {
    return logRatio(schedule, next) - logRatio(schedule, t);
  }

  private static double logRatio(NoiseSchedule schedule, int t) {
    return Math.log(schedule.signalScale(t) / schedule.noiseScale(t));
  }

  /** From the noisiest timestep to 0, quadratically denser towards 0: all different. */
  int[] times(int timesteps) {
    if (steps > timesteps) {
      throw new IllegalArgumentException(
          "steps: expected at most the process's " + timesteps + " timesteps but was " + steps);
    }
    int[] times = new int[steps];
    for (int i = 0; i < steps; i++) {
      int left = steps - 1 - i; // as many timesteps must be left below this one
      double even = left / (steps - 1.0);
      int wanted = (int) Math.round((timesteps - 1) * even * even);
      times[i] = Math.min(Math.max(wanted, left), i == 0 ? wanted : times[i - 1] - 1);
    }
    return times;
  }

  @Override
  public int calls(NoiseSchedule schedule) {
    return times(schedule.timesteps()).length;
  }

  @Override
  public int draws(NoiseSchedule schedule) {
    return calls(schedule); // the start, and every step but the last
  }
}
