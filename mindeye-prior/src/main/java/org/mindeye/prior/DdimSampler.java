// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.random.NoiseSource;

/**
 * DDIM (Song et al. 2021; {@code p_sample_loop_ddim} of dalle2-pytorch): fewer, longer steps. Not
 * used for any published result. Draws the start, and in each step whose goal is neither timestep 0
 * nor the end, noise of the same shape, even if eta is 0.
 *
 * @param steps how many, at least 2 and fewer than the process has timesteps
 * @param eta how much fresh noise each step adds: 1 as much as DDPM (default of the original), 0
 *     none
 * @param variant which timesteps and signal strengths the steps use
 */
public record DdimSampler(int steps, double eta, Variant variant) implements PriorSampler {

  /** Which timesteps and signal strengths the steps use. */
  public enum Variant {
    /**
     * The original's: it starts below the noisiest timestep, asks the network once less than the
     * number of steps says, and estimates the noise with the strengths of the timesteps but makes
     * the step with those one timestep earlier.
     */
    AS_PUBLISHED,
    /** From the noisiest timestep, the strengths of the timesteps throughout. */
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
  public NDArray sample(
      Denoiser denoiser, NoiseSchedule schedule, Shape shape, NoiseSource noise, NDManager owner) {
    int[] times = times(schedule.timesteps());
    NDArray x = noise.normal(owner, shape);
    for (int i = 0; i + 1 < times.length; i++) {
      try (NDArray clean = denoiser.predict(x, times[i])) {
        step(schedule, x, clean, times[i], times[i + 1], noise);
      }
    }
    return x;
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

  private void step(
      NoiseSchedule schedule, NDArray x, NDArray clean, int t, int next, NoiseSource noise) {
    int earlier = variant == Variant.AS_PUBLISHED ? 1 : 0;
    double from = schedule.signal(t - earlier);
    double goal = next < 0 ? 1 : schedule.signal(next - earlier);
    double fresh = next <= 0 ? 0 : eta * Math.sqrt((1 - from / goal) * (1 - goal) / (1 - from));
    // The estimated noise is (x - sqrt(A) clean) / sqrt(1 - A).
    double noisy = Math.sqrt(Math.max(1 - goal - fresh * fresh, 0)) / schedule.noiseScale(t);
    double cleaned = Math.sqrt(goal) - noisy * schedule.signalScale(t);
    if (next <= 0) {
      LinearCombination.into(x, noisy, clean, cleaned);
      return;
    }
    try (NDArray drawn = noise.normal(x.getManager(), x.getShape())) {
      LinearCombination.into(x, noisy, clean, cleaned, drawn, fresh);
    }
  }

  @Override
  public int calls(NoiseSchedule schedule) {
    return times(schedule.timesteps()).length - 1;
  }

  @Override
  public int draws(NoiseSchedule schedule) {
    long noisy = Arrays.stream(times(schedule.timesteps())).skip(1).filter(t -> t > 0).count();
    return 1 + (int) noisy;
  }
}
