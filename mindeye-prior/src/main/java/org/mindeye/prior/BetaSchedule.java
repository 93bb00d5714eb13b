// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import java.util.function.IntToDoubleFunction;

/** How much noise each timestep adds; dalle2-pytorch's five schedules. */
public enum BetaSchedule {
  /** Half a cosine in the signal (Nichol and Dhariwal 2021), betas at most 0.999; published. */
  COSINE {
    @Override
    double[] betas(int timesteps) {
      IntToDoubleFunction signal =
          i -> {
            double angle = ((double) i / timesteps + OFFSET) / (1 + OFFSET) * Math.PI / 2;
            return Math.cos(angle) * Math.cos(angle);
          };
      return each(
          timesteps,
          t ->
              Math.min(
                  Math.max(1 - signal.applyAsDouble(t + 1) / signal.applyAsDouble(t), 0), LARGEST));
    }
  },
  /** Evenly rising, 0.0001 to 0.02 at 1000 timesteps. */
  LINEAR {
    @Override
    double[] betas(int timesteps) {
      return spaced(low(timesteps), high(timesteps), timesteps);
    }
  },
  /** Square roots evenly rising, between the same ends. */
  QUADRATIC {
    @Override
    double[] betas(int timesteps) {
      double[] roots = spaced(Math.sqrt(low(timesteps)), Math.sqrt(high(timesteps)), timesteps);
      return each(timesteps, t -> roots[t] * roots[t]);
    }
  },
  /** A logistic curve between the same ends. */
  SIGMOID {
    @Override
    double[] betas(int timesteps) {
      double[] x = spaced(-6, 6, timesteps);
      return each(
          timesteps,
          t -> (high(timesteps) - low(timesteps)) / (1 + Math.exp(-x[t])) + low(timesteps));
    }
  },
  /** {@code 1 / T, 1 / (T - 1), …, 1}. */
  JSD {
    @Override
    double[] betas(int timesteps) {
      return each(timesteps, t -> 1.0 / (timesteps - t));
    }
  };

  private static final double OFFSET = 0.008;
  private static final double LARGEST = 0.999;

  /**
   * The betas.
   *
   * @param timesteps how many, at least 2
   * @return one per timestep, least noise first
   */
  abstract double[] betas(int timesteps);

  private static double low(int timesteps) {
    return 1e-4 * 1000 / timesteps;
  }

  private static double high(int timesteps) {
    return 0.02 * 1000 / timesteps;
  }

  private static double[] spaced(double first, double last, int count) {
    return each(count, i -> first + (last - first) * i / (count - 1));
  }

  private static double[] each(int count, IntToDoubleFunction value) {
    double[] values = new double[count];
    java.util.Arrays.setAll(values, value);
    return values;
  }
}
