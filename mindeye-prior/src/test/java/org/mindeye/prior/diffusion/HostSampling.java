// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Carries out plans on numbers, without an engine. */
final class HostSampling {
  private HostSampling() {}

  /** A network of one number. */
  @FunctionalInterface
  interface Network {
    double predict(double x, int timestep);
  }

  /** The sample after every step. */
  static double[] trace(SamplingPlan plan, double start, Network network, DoubleSupplier noise) {
    List<Double> predictions = new ArrayList<>();
    double[] trace = new double[plan.calls()];
    double x = start;
    for (int i = 0; i < trace.length; i++) {
      SamplingPlan.Step step = plan.steps().get(i);
      double predicted = network.predict(x, step.timestep());
      predictions.add(0, converted(step.toSample(), x, predicted));
      x = step.weights().sample() * x;
      for (int k = 0; k < step.weights().predictions().size(); k++) {
        x += step.weights().predictions().get(k) * predictions.get(k);
      }
      x += step.drawsNoise() ? step.weights().noise() * noise.getAsDouble() : 0;
      trace[i] = x;
    }
    return trace;
  }

  static double converted(PredictionType.Conversion conversion, double x, double predicted) {
    return conversion.noisy() * x + conversion.predicted() * predicted;
  }

  static double noNoise() {
    throw new AssertionError("noise was drawn");
  }
}
