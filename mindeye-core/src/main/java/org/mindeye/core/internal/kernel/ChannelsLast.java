// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.ndarray.NDArray;

/**
 * The order in memory that convolutions are fastest in on the CPU: the channels of a pixel beside
 * each other. Axes stay what they were. Convolutions, norms, activations, sums and enlargements
 * hand it on, so that a network reorders its input and nothing else.
 */
public final class ChannelsLast {
  private static final TorchScript KERNEL = TorchScript.load("channels_last");

  private ChannelsLast() {}

  /**
   * Reorders. Gradients flow.
   *
   * @param x {@code [batch, channels, height, width]}
   * @return the same, channels last in memory unless it is on a GPU; shares x's memory if there was
   *     nothing to do; owned by x's manager
   */
  public static NDArray of(NDArray x) {
    return x.getDevice().isGpu() ? x : KERNEL.call("channels_last", x).singletonOrThrow();
  }

  /**
   * Converts to bfloat16 and reorders. Gradients flow.
   *
   * @param x {@code [batch, channels, height, width]}, of any floating type
   * @return the same in bfloat16, channels last in memory; shares x's memory if there was nothing
   *     to do; owned by x's manager
   */
  public static NDArray half(NDArray x) {
    return KERNEL.call("half", x).singletonOrThrow();
  }
}
