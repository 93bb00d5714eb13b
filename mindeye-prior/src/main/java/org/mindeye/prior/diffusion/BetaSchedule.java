// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.function.IntToDoubleFunction;

/**
 * How much noise each timestep adds: the five schedules of dalle2-pytorch, whose ends depend on the
 * number of timesteps. Schedules between any ends, as in diffusers, are made by {@link
 * NoiseSchedule#linear} and {@link NoiseSchedule#scaledLinear}.
 */
public enum BetaSchedule {
  /**
   * {@code alphaBar} falls as a squared cosine (Nichol and Dhariwal 2021), betas at most 0.999: the
   * published priors'; {@code squaredcos_cap_v2} of diffusers.
   */
  COSINE {
    @Override
    public double[] betas(int timesteps) {
      IntToDoubleFunction alphaBar =
          i -> {
            double angle = ((double) i / timesteps + OFFSET) / (1 + OFFSET) * Math.PI / 2;
            return Math.cos(angle) * Math.cos(angle);
          };
      return Betas.each(
          timesteps,
          t ->
              Math.min(
                  Math.max(1 - alphaBar.applyAsDouble(t + 1) / alphaBar.applyAsDouble(t), 0),
                  LARGEST));
    }
  },
  /** Evenly rising, from 0.1 / T to 20 / T for T timesteps: 0.0001 to 0.02 for 1000. */
  LINEAR {
    @Override
    public double[] betas(int timesteps) {
      return Betas.linear(low(timesteps), high(timesteps), timesteps);
    }
  },
  /** Square roots evenly rising, between the same ends. */
  QUADRATIC {
    @Override
    public double[] betas(int timesteps) {
      return Betas.scaledLinear(low(timesteps), high(timesteps), timesteps);
    }
  },
  /** A logistic curve between the same ends. */
  SIGMOID {
    @Override
    public double[] betas(int timesteps) {
      double[] x = Betas.linear(-6, 6, timesteps);
      return Betas.each(
          timesteps,
          t -> (high(timesteps) - low(timesteps)) / (1 + Math.exp(-x[t])) + low(timesteps));
    }
  },
  /** {@code 1 / T, 1 / (T - 1), …, 1}: nothing of the sample is left at the last timestep. */
  JSD {
    @Override
    public double[] betas(int timesteps) {
      return Betas.each(timesteps, t -> 1.0 / (timesteps - t));
    }
  };

  private static final double OFFSET = 0.008;
  private static final double LARGEST = 0.999;

  /**
   * The betas.
   *
   * @param timesteps how many, at least 2
   * @return one per timestep, least noise first; for few timesteps some may exceed 1, which {@link
   *     NoiseSchedule#of} refuses
   */
  public abstract double[] betas(int timesteps);

  private static double low(int timesteps) {
    return 1e-4 * 1000 / timesteps;
  }

  private static double high(int timesteps) {
    return 0.02 * 1000 / timesteps;
  }
}
