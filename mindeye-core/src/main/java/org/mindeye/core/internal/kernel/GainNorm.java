// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;

/** Layer normalisation with a gain and no bias, which DJL's does not offer. Gradients flow. */
public final class GainNorm {
  private static final TorchScript KERNEL = TorchScript.load("gain_norm");

  private GainNorm() {}

  /**
   * {@code (x - mean) / sqrt(variance + 1e-5) * gain} over the last axis, the variance biased.
   *
   * @param x {@code [..., width]}
   * @param gain {@code [width]}
   * @return the same shape, owned by x's manager
   */
  public static NDArray apply(NDArray x, NDArray gain) {
    return KERNEL.call("layer_norm", x, gain).singletonOrThrow();
  }

  /**
   * The same after dividing each row by its largest value, sign included, which counts as a
   * constant in the backward pass. (dalle2-pytorch's "stable" norm; it changes the effective
   * epsilon, and the sign where all values of a row are negative.)
   *
   * @param x {@code [..., width]}
   * @param gain {@code [width]}
   * @return the same shape, owned by x's manager
   */
  public static NDArray stable(NDArray x, NDArray gain) {
    return KERNEL.call("stable_layer_norm", x, gain).singletonOrThrow();
  }
}
