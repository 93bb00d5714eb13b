// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;
import java.util.concurrent.atomic.AtomicInteger;
import org.mindeye.core.pipeline.StepListener;

/** What a sampler calls in every step: a network with its condition. */
@FunctionalInterface
public interface Denoiser {
  /**
   * Predicts the clean sample, or what else the sampler's plan was made for ({@link
   * org.mindeye.prior.diffusion.PredictionType}). That of a prior predicts the clean embedding, in
   * the scale of the process.
   *
   * @param noisy the sample so far, for a prior {@code [batch, tokens, width]}; not changed
   * @param timestep how noisy it is, the same for the whole batch
   * @return the prediction in the same shape, a tensor of its own that the caller changes and
   *     closes
   */
  NDArray predict(NDArray noisy, int timestep);

  /**
   * The same, which notifies a listener before each of its calls.
   *
   * @param listener what it throws ends the sampling
   * @param calls how many there will be
   * @return a denoiser for one sampling
   */
  default Denoiser notifying(StepListener listener, int calls) {
    AtomicInteger done = new AtomicInteger();
    return (noisy, timestep) -> {
      listener.beforeStep(done.getAndIncrement(), calls);
      return predict(noisy, timestep);
    };
  }
}
