// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import ai.djl.ndarray.NDArray;

/** What a sampler asks again and again: how would this look without the noise? */
@FunctionalInterface
public interface Denoiser {
  /**
   * Predicts.
   *
   * @param noisy {@code [batch, tokens, width]}, scaled; not changed
   * @param timestep how noisy it is, the same for all samples
   * @return the clean embedding, same shape and scale, a tensor of its own that the caller closes
   */
  NDArray predict(NDArray noisy, int timestep);
}
