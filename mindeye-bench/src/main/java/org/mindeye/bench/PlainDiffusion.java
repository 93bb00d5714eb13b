// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The published diffusion process of one sample as the formulas read, in double precision: 100
 * cosine timesteps, embeddings multiplied by the root of their width.
 */
final class PlainDiffusion {
  private static final int TIMESTEPS = 100;

  private final Predictor network;

  /** Of timestep t at t + 1, and 1 for the clean end. */
  private final double[] alphaBar = new double[TIMESTEPS + 1];

  /** A network, all tokens {@code [tokens][width]}. */
  @FunctionalInterface
  interface Predictor {
    /** The clean tokens. */
    double[][] predict(double[][] noisy, int timestep, double[][] brain);
  }

  PlainDiffusion(Predictor network) {
    this.network = network;
    alphaBar[0] = 1;
    for (int t = 0; t < TIMESTEPS; t++) {
      double beta = Math.min(1 - cosine(t + 1) / cosine(t), 0.999);
      alphaBar[t + 1] = alphaBar[t] * (1 - beta);
    }
  }

  private static double cosine(int t) {
    double angle = ((double) t / TIMESTEPS + 0.008) / 1.008 * Math.PI / 2;
    return Math.cos(angle) * Math.cos(angle);
  }

  /** Noise is added to a scaled embedding: {@code alpha scale target + sigma noise}. */
  double[][] noisy(double[][] target, double[][] noise, int timestep) {
    double kept = alphaBar[timestep + 1];
    double scale = Math.sqrt(target[0].length);
    return combined(Math.sqrt(kept) * scale, target, Math.sqrt(1 - kept), noise);
  }

  /** The squared error of a prediction, its mean over tokens and channels. */
  static double error(double[][] predicted, double[][] target) {
    double[][] difference = combined(1, predicted, -Math.sqrt(target[0].length), target);
    double sum = 0;
    for (double[] row : difference) {
      for (double value : row) {
        sum += value * value;
      }
    }
    return sum / predicted.length / predicted[0].length;
  }

  /** Ancestral sampling, one step for each timestep. */
  double[][] ddpm(double[][] brain, Supplier<double[][]> noise) {
    double[][] x = noise.get();
    for (int t = TIMESTEPS - 1; t >= 0; t--) {
      double[][] clean = network.predict(x, t, brain);
      double now = alphaBar[t + 1];
      double before = alphaBar[t];
      double beta = 1 - now / before;
      double[][] mean =
          combined(
              Math.sqrt(now / before) * (1 - before) / (1 - now),
              x,
              Math.sqrt(before) * beta / (1 - now),
              clean);
      double deviation = Math.sqrt(beta * (1 - before) / (1 - now));
      x = combined(1, mean, deviation, noise.get());
    }
    return unscaled(x);
  }

  /**
   * SDE-DPM-Solver++(2M): with {@code lambda = ln(alpha / sigma)}, each step extrapolates the last
   * two predictions to the middle of its stretch of lambda and replaces a share of the noise. The
   * last step takes the prediction as it is.
   */
  double[][] multistep(int steps, double[][] brain, Supplier<double[][]> noise) {
    double[][] x = noise.get();
    double[][] before = null;
    double hBefore = 0;
    for (int i = 0; i < steps - 1; i++) {
      int t = timestep(i, steps);
      int next = timestep(i + 1, steps);
      double[][] clean = network.predict(x, t, brain);
      double h = lambda(next) - lambda(t);
      double[][] middle = clean;
      if (before != null) {
        double half = h / hBefore / 2;
        middle = combined(1 + half, clean, -half, before);
      }
      double replaced = 1 - Math.exp(-2 * h);
      double left = Math.sqrt((1 - alphaBar[next + 1]) / (1 - alphaBar[t + 1])) * Math.exp(-h);
      double[][] mean = combined(left, x, Math.sqrt(alphaBar[next + 1]) * replaced, middle);
      x = combined(1, mean, Math.sqrt((1 - alphaBar[next + 1]) * replaced), noise.get());
      before = clean;
      hBefore = h;
    }
    return unscaled(network.predict(x, 0, brain));
  }

  /** Quadratically spaced; where two would meet, the earlier one is one higher. */
  private static int timestep(int step, int steps) {
    int left = steps - 1 - step;
    double even = left / (steps - 1.0);
    return Math.max((int) Math.round((TIMESTEPS - 1) * even * even), left);
  }

  private double lambda(int t) {
    return Math.log(alphaBar[t + 1] / (1 - alphaBar[t + 1])) / 2;
  }

  private static double[][] unscaled(double[][] x) {
    return combined(1 / Math.sqrt(x[0].length), x, 0, x);
  }

  private static double[][] combined(double a, double[][] x, double b, double[][] y) {
    return IntStream.range(0, x.length)
        .mapToObj(
            i ->
                IntStream.range(0, x[i].length)
                    .mapToDouble(j -> a * x[i][j] + b * y[i][j])
                    .toArray())
        .toArray(double[][]::new);
  }
}
