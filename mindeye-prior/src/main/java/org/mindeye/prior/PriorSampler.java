// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.random.NoiseSource;

/**
 * A way from noise to a clean embedding. Works in place in two or three tensors, whatever the
 * number of steps.
 */
public interface PriorSampler {
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
  NDArray sample(
      Denoiser denoiser, NoiseSchedule schedule, Shape shape, NoiseSource noise, NDManager owner);

  /**
   * How often the denoiser is asked.
   *
   * @param schedule the process
   * @return the count
   * @throws IllegalArgumentException if the sampler does not suit the schedule
   */
  int calls(NoiseSchedule schedule);

  /**
   * How often noise of the sample's shape is drawn, the start included: what {@link
   * NoiseSource#replayed} has to hold for one call of {@link #sample}.
   *
   * @param schedule the process
   * @return the count
   * @throws IllegalArgumentException if the sampler does not suit the schedule
   */
  int draws(NoiseSchedule schedule);
}
