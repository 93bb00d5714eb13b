// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import java.util.function.DoubleBinaryOperator;
import org.mindeye.reconstruction.LatentScheduler.Method;

/**
 * Stable Diffusion's process of one number as the formulas read, in double precision: steps to
 * timestep 0 as published, of a network that predicts the noise.
 */
final class PlainLatents {
  private static final int TIMESTEPS = 1000;

  private final Method method;
  private final int steps;
  private final double[] alphaBar = new double[TIMESTEPS];

  PlainLatents(Method method, int steps) {
    this.method = method;
    this.steps = steps;
    double product = 1;
    for (int t = 0; t < TIMESTEPS; t++) {
      double root = Math.sqrt(0.00085) + (Math.sqrt(0.012) - Math.sqrt(0.00085)) * t / 999;
      product *= 1 - root * root;
      alphaBar[t] = product;
    }
  }

  /**
   * All steps.
   *
   * @param start pure noise
   * @param network says the noise for a number and a timestep
   */
  double sample(double start, DoubleBinaryOperator network) {
    double[] clean = new double[steps];
    double x = start;
    double left = start;
    for (int i = 0; i < steps; i++) {
      int t = timestep(i);
      clean[i] = (x - sigma(t) * network.applyAsDouble(x, t)) / alpha(t);
      left = method == Method.UNIPC && i > 0 ? corrected(i, left, clean) : x;
      int next = i == steps - 1 ? 0 : timestep(i + 1);
      double h = lambda(next) - lambda(t);
      double carried = clean[i];
      boolean first = i == 0 || i == steps - 1 && (method == Method.UNIPC || steps < 15);
      if (method != Method.DDIM && !first) {
        carried += h / (lambda(t) - lambda(timestep(i - 1))) / 2 * (clean[i] - clean[i - 1]);
      }
      x = sigma(next) / sigma(t) * left + alpha(next) * (1 - Math.exp(-h)) * carried;
    }
    return x;
  }

  private double corrected(int i, double left, double[] clean) {
    int to = timestep(i);
    int from = timestep(i - 1);
    double h = lambda(to) - lambda(from);
    double replaced = 1 - Math.exp(-h);
    double mean = clean[i - 1] + (clean[i] - clean[i - 1]) / 2;
    if (i > 1) {
      double r = (lambda(timestep(i - 2)) - lambda(from)) / h;
      double b1 = (1 - replaced / h) / replaced;
      double b2 = 2 * (0.5 - (1 - replaced / h) / h) / replaced;
      double rho = (b1 - b2) / (1 - r);
      mean =
          clean[i - 1]
              + rho * (clean[i - 2] - clean[i - 1]) / r
              + (b1 - rho) * (clean[i] - clean[i - 1]);
    }
    return sigma(to) / sigma(from) * left + alpha(to) * replaced * mean;
  }

  private int timestep(int i) {
    return method == Method.DDIM
        ? (steps - 1 - i) * (TIMESTEPS / steps) + 1
        : (int) Math.rint((TIMESTEPS - 1.0) * (steps - i) / steps);
  }

  private double alpha(int t) {
    return Math.sqrt(alphaBar[t]);
  }

  private double sigma(int t) {
    return Math.sqrt(1 - alphaBar[t]);
  }

  private double lambda(int t) {
    return Math.log(alphaBar[t] / (1 - alphaBar[t])) / 2;
  }
}
