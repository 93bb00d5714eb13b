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

  /**
   * One step.
   *
   * @param noisy what the network was shown
   * @param predicted what it said
   * @param clean that as a prediction of the clean sample
   * @param corrected where the step left from
   * @param next where it led
   */
  record Row(double noisy, double predicted, double clean, double corrected, double next) {}

  /** The sample after every step. */
  static double[] trace(SamplingPlan plan, double start, Network network, DoubleSupplier noise) {
    return table(plan, start, network, noise).stream().mapToDouble(Row::next).toArray();
  }

  /** Everything about every step. */
  static List<Row> table(SamplingPlan plan, double start, Network network, DoubleSupplier noise) {
    List<Double> predictions = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    double x = start;
    double left = Double.NaN;
    for (SamplingPlan.Step step : plan.steps()) {
      double predicted = network.predict(x, step.timestep());
      predictions.add(0, converted(step.toSample(), x, predicted));
      left = step.corrector().isPresent() ? sum(step.corrector().get(), left, predictions) : x;
      double next = sum(step.weights(), left, predictions);
      next += step.drawsNoise() ? step.weights().noise() * noise.getAsDouble() : 0;
      rows.add(new Row(x, predicted, predictions.get(0), left, next));
      x = next;
    }
    return rows;
  }

  private static double sum(StepWeights weights, double x, List<Double> predictions) {
    double sum = weights.sample() * x;
    for (int k = 0; k < weights.predictions().size(); k++) {
      sum += weights.predictions().get(k) * predictions.get(k);
    }
    return sum;
  }

  static double converted(PredictionType.Conversion conversion, double x, double predicted) {
    return conversion.noisy() * x + conversion.predicted() * predicted;
  }

  static double noNoise() {
    throw new AssertionError("noise was drawn");
  }
}
