// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import java.util.stream.Stream;

/** Maps to maps, given the timestep and the condition. */
interface UnetLayer {
  /**
   * Applies the layer, freeing its intermediate tensors.
   *
   * @param x {@code [batch, in, height, width]}
   * @param inputs the rest
   * @return {@code [batch, out, height, width]} of its size; twice the batch where a guided one
   *     splits; owned by x's manager
   */
  NDArray apply(NDArray x, StepInputs inputs);

  /** Those in it. */
  default Stream<SpatialTransformer> transformers() {
    return Stream.empty();
  }
}
