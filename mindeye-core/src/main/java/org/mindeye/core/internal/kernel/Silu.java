// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;

/** {@code x sigmoid(x)}, alone and as a gate. Gradients flow. */
public final class Silu {
  private static final TorchScript KERNEL = TorchScript.load("silu");

  private Silu() {}

  /**
   * Applies the function element by element.
   *
   * @param x any shape
   * @return the same shape, owned by x's manager
   */
  public static NDArray apply(NDArray x) {
    return KERNEL.call("silu", x).singletonOrThrow();
  }

  /**
   * SwiGLU: the first half of the channels times the function of the second half.
   *
   * @param x {@code [..., 2 * width]}
   * @return {@code [..., width]}, owned by x's manager
   */
  public static NDArray gate(NDArray x) {
    return KERNEL.call("swiglu", x).singletonOrThrow();
  }
}
