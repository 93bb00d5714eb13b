// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.DiffusionDraw;

/**
 * The training loss of a small prior as the formulas read, and its slope when all weights move in
 * one direction.
 *
 * @param priorCase the prior, brains and targets
 * @param draw timesteps, noise and what is hidden
 */
record PlainPriorLoss(PriorCase priorCase, DiffusionDraw draw) {
  private static final double STEP = 1e-5;

  /** The loss. */
  double value() {
    return at(Map.of(), 0);
  }

  /** Its derivative by central differences. */
  double slope(Map<String, float[]> direction) {
    return (at(direction, STEP) - at(direction, -STEP)) / (2 * STEP);
  }

  /** The same of an engine's gradients; a parameter without one, hidden nowhere, adds nothing. */
  static double slope(
      ParameterGradients gradients, List<Parameter> parameters, Map<String, float[]> direction) {
    double slope = 0;
    for (Parameter parameter : parameters) {
      float[] way = direction.get(parameter.getName());
      float[] found =
          gradients.of(parameter).map(NDArray::toFloatArray).orElse(new float[way.length]);
      for (int i = 0; i < way.length; i++) {
        slope += (double) found[i] * way[i];
      }
    }
    return slope;
  }

  /** Draws a direction for all that is trained. */
  Map<String, float[]> direction(NoiseSource noise) {
    Map<String, float[]> direction = new HashMap<>();
    for (Parameter parameter : priorCase.network().trainable()) {
      float[] way = new float[Math.toIntExact(parameter.getShape().size())];
      noise.normal(way);
      direction.put(parameter.getName(), way);
    }
    return direction;
  }

  private double at(Map<String, float[]> direction, double distance) {
    PlainPrior network = PlainPrior.moved(priorCase.network(), direction, distance);
    PlainDiffusion process = new PlainDiffusion(network::predict);
    int[] timesteps = draw.timesteps();
    double sum = 0;
    for (int i = 0; i < timesteps.length; i++) {
      double[][] target = PriorCase.sample(priorCase.target().array(), i);
      double[][] noise = PriorCase.sample(draw.noise(), i);
      double[][] image =
          draw.mask().image()[i] ? process.noisy(target, noise, timesteps[i]) : network.nullImage();
      double[][] brain =
          draw.mask().brain()[i]
              ? PriorCase.sample(priorCase.brain().array(), i)
              : network.nullBrain();
      sum += PlainDiffusion.error(network.predict(image, timesteps[i], brain), target);
    }
    return sum / timesteps.length;
  }
}
