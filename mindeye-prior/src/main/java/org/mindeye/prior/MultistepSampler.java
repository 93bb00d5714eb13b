package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/**
 * DPM-Solver++ (2M) on the clean prediction (Lu et al. 2022): second order, one network call a
 * step, no noise but the start. An extra; the original has no such sampler.
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
      int next = i + 1 < steps ? times[i + 1] : -1;
      double width = next < 0 ? Double.POSITIVE_INFINITY : width(schedule, times[i], next);
      double trend = before == null || next < 0 ? 0 : width / (2 * widthBefore);
      double kept = schedule.noiseScale(next) / schedule.noiseScale(times[i]);
      double gained = schedule.signalScale(next) * -Math.expm1(-width);
      if (trend == 0) {
        LinearCombination.into(x, kept, clean, gained);
      } else {
        LinearCombination.into(x, kept, clean, gained * (1 + trend), before, -gained * trend);
      }
      if (before != null) {
        before.close();
      }
      before = clean;
      widthBefore = width;
    }
    before.close();
    return x;
  }

  /** How far two timesteps are apart in log(signal / noise). */
  private static double width(NoiseSchedule schedule, int t, int next) {
    return logRatio(schedule, next) - logRatio(schedule, t);
  }

  private static double logRatio(NoiseSchedule schedule, int t) {
    return Math.log(schedule.signalScale(t) / schedule.noiseScale(t));
  }

  /** Evenly from the noisiest timestep to 0. */
  int[] times(int timesteps) {
    if (steps > timesteps) {
      throw new IllegalArgumentException(
          "steps: expected at most the process's " + timesteps + " timesteps but was " + steps);
    }
    int[] times = new int[steps];
    for (int i = 0; i < steps; i++) {
      times[i] = Math.round((timesteps - 1) * (steps - 1 - i) / (float) (steps - 1));
    }
    return times;
  }

  @Override
  public int steps(NoiseSchedule schedule) {
    return times(schedule.timesteps()).length;
  }

  @Override
  public int draws(NoiseSchedule schedule) {
    times(schedule.timesteps()); // refuses a process with fewer timesteps
    return 1;
  }
}
