// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * DPM-Solver++ (2M) and its stochastic form (Lu et al. 2022; {@code dpmsolver++} and {@code
 * sde-dpmsolver++} with {@code solver_type: midpoint} in diffusers): one network call a step,
 * second order from the second step on, since the change of the last two predictions is carried on.
 *
 * <p>The first step is of first order, and so is the last one if it ends clean or if there are
 * fewer than 15 timesteps, as diffusers has it ({@code lower_order_final}).
 *
 * @param stochastic whether each step draws fresh noise
 * @param end the level after the last timestep: {@link NoiseLevel#CLEAN}, or that of timestep 0 as
 *     in diffusers up to 0.13
 */
public record DpmSolver(boolean stochastic, NoiseLevel end) {
  private static final int FEW = 15;

  /** Checks that all is there. */
  public DpmSolver {
    Objects.requireNonNull(end, "end");
  }

  /**
   * The steps, each to the next timestep of the list. The stochastic form draws noise in every step
   * but one that ends clean.
   *
   * @param schedule the process
   * @param prediction what the network predicts
   * @param timesteps where the network is called; diffusers takes {@link Timesteps#linspace} of one
   *     more, without the last
   * @param start how many timesteps to leave out at the noisy end ({@link Timesteps#startIndex})
   * @return the plan
   * @throws IllegalArgumentException if the timesteps are not of this process, or none is left
   */
  public SamplingPlan plan(
      NoiseSchedule schedule, PredictionType prediction, Timesteps timesteps, int start) {
    List<SamplingPlan.Step> steps = new ArrayList<>();
    int first = timesteps.requireIndex(start);
    int last = timesteps.count() - 1;
    for (int i = first; i <= last; i++) {
      NoiseLevel from = schedule.level(timesteps.get(i));
      NoiseLevel to = i == last ? end : schedule.level(timesteps.get(i + 1));
      boolean lowerOrderFinal = i == last && timesteps.count() < FEW;
      StepWeights weights =
          i == first || lowerOrderFinal
              ? firstOrder(from, to)
              : secondOrder(schedule.level(timesteps.get(i - 1)), from, to);
      steps.add(SamplingPlan.Step.of(schedule, prediction, timesteps.get(i), weights));
    }
    return new SamplingPlan(steps);
  }

  /**
   * A step of first order: DDIM with eta 0, or 1 if stochastic.
   *
   * @param from where the clean sample was predicted
   * @param to where the step leads, less noisy
   * @return the weights
   */
  public StepWeights firstOrder(NoiseLevel from, NoiseLevel to) {
    return to.sigma() == 0 ? StepWeights.toPrediction() : weights(from, to, 0);
  }

  /**
   * A step of second order.
   *
   * @param before where the prediction before the last was made, noisier than from
   * @param from where the last prediction was made
   * @param to where the step leads, less noisy
   * @return the weights, of two predictions; of first order if the step ends clean
   */
  public StepWeights secondOrder(NoiseLevel before, NoiseLevel from, NoiseLevel to) {
    if (to.sigma() == 0) {
      return StepWeights.toPrediction();
    }
    double h = to.lambda() - from.lambda();
    return weights(from, to, h / (2 * (from.lambda() - before.lambda())));
  }

  /** The prediction is carried on by so many times its last change. */
  private StepWeights weights(NoiseLevel from, NoiseLevel to, double extrapolation) {
    double h = to.lambda() - from.lambda();
    double sample = to.sigma() / from.sigma();
    double replaced = -Math.expm1(stochastic ? -2 * h : -h);
    double gained = to.alpha() * replaced;
    double noise = stochastic ? to.sigma() * Math.sqrt(replaced) : 0;
    double left = stochastic ? sample * Math.exp(-h) : sample;
    return extrapolation == 0
        ? StepWeights.of(left, noise, gained)
        : StepWeights.of(left, noise, gained * (1 + extrapolation), -gained * extrapolation);
  }
}
