// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * DDIM (Song et al. 2021): steps of any length from the predicted clean sample and the noise it
 * implies.
 *
 * @param eta how much fresh noise each step adds, in [0, 1]: 0 none, 1 as much as DDPM
 * @param end the level after the last timestep: {@link NoiseLevel#CLEAN}, or that of timestep 0
 *     ({@code set_alpha_to_one: false} in diffusers)
 */
public record Ddim(double eta, NoiseLevel end) {
  /** Checks that all is there and in its range. */
  public Ddim {
    Objects.requireNonNull(end, "end");
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta: expected a number in [0, 1] but was " + eta);
    }
  }

  /**
   * The steps, each to the next timestep of the list. (diffusers steps down by {@code
   * floor(timesteps / steps)}, which is the same for {@link Timesteps#leading}.) Noise is drawn
   * where its weight is not 0.
   *
   * @param schedule the process
   * @param prediction what the network predicts
   * @param timesteps where the network is called
   * @param start how many timesteps to leave out at the noisy end ({@link Timesteps#startIndex})
   * @return the plan
   * @throws IllegalArgumentException if the timesteps are not of this process, or none is left
   */
  public SamplingPlan plan(
      NoiseSchedule schedule, PredictionType prediction, Timesteps timesteps, int start) {
    List<SamplingPlan.Step> steps = new ArrayList<>();
    for (int i = timesteps.requireIndex(start); i < timesteps.count(); i++) {
      int t = timesteps.get(i);
      NoiseLevel from = schedule.level(t);
      NoiseLevel to = i + 1 == timesteps.count() ? end : schedule.level(timesteps.get(i + 1));
      StepWeights weights = step(from, to, standardDeviation(from, to, eta));
      steps.add(SamplingPlan.Step.of(schedule, prediction, t, weights));
    }
    return new SamplingPlan(steps);
  }

  /**
   * One step.
   *
   * @param from where the clean sample was predicted
   * @param to where the step leads; noisier than from to go back (DDIM inversion)
   * @param standardDeviation of the fresh noise, at most to's sigma
   * @return the weights
   * @throws IllegalArgumentException if from is clean already
   */
  public static StepWeights step(NoiseLevel from, NoiseLevel to, double standardDeviation) {
    // The estimated noise is (x - alpha prediction) / sigma.
    double direction =
        Math.sqrt(Math.max(1 - to.alphaBar() - standardDeviation * standardDeviation, 0));
    double sample = direction / from.sigma();
    return StepWeights.of(sample, standardDeviation, to.alpha() - sample * from.alpha());
  }

  /**
   * The standard deviation of a step's fresh noise.
   *
   * @param from where the step begins, not clean
   * @param to where it leads, no noisier
   * @param eta the share of DDPM's
   * @return {@code eta sqrt((1 - b) / (1 - a) (1 - a / b))} with {@code a, b} the alphaBar of from
   *     and to
   */
  public static double standardDeviation(NoiseLevel from, NoiseLevel to, double eta) {
    double a = from.alphaBar();
    double b = to.alphaBar();
    return eta * Math.sqrt((1 - a / b) * (1 - b) / (1 - a));
  }
}
