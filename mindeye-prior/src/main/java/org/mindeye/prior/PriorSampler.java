// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.SamplingPlan;

/**
 * A way from noise to a clean embedding. Works in place in two or three tensors, however many steps
 * there are.
 */
@FunctionalInterface
public interface PriorSampler {
  /**
   * The steps.
   *
   * @param schedule the process the denoiser was trained for
   * @return a plan for a network that predicts the clean embedding
   * @throws IllegalArgumentException if the sampler does not suit the schedule
   */
  SamplingPlan plan(NoiseSchedule schedule);

  /**
   * Samples.
   *
   * @param denoiser predicts the clean embedding
   * @param schedule the process the denoiser was trained for
   * @param shape {@code [batch, tokens, width]}
   * @param noise where the start, and what is added on the way, are drawn from
   * @param owner the manager that owns the result
   * @return {@code [batch, tokens, width]} in the denoiser's scale
   * @throws IllegalArgumentException if the sampler does not suit the schedule
   */
  default NDArray sample(
      Denoiser denoiser, NoiseSchedule schedule, Shape shape, NoiseSource noise, NDManager owner) {
    SamplingPlan plan = plan(schedule);
    NDArray x = noise.normal(owner, shape);
    Sampling.run(plan, x, denoiser, noise);
    return x;
  }

  /**
   * How often the denoiser is called.
   *
   * @param schedule the process
   * @return the count
   * @throws IllegalArgumentException if the sampler does not suit the schedule
   */
  default int calls(NoiseSchedule schedule) {
    return plan(schedule).calls();
  }

  /**
   * How often noise of the sample's shape is drawn, the start included: what {@link
   * NoiseSource#replayed} has to hold for one call of {@link #sample}.
   *
   * @param schedule the process
   * @return the count
   * @throws IllegalArgumentException if the sampler does not suit the schedule
   */
  default int draws(NoiseSchedule schedule) {
    return 1 + plan(schedule).draws();
  }
}
