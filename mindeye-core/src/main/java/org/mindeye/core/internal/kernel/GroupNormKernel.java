// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.engine.Torch;

/** Group normalisation, which DJL lacks. Gradients flow. */
public final class GroupNormKernel {
  private static final TorchScript KERNEL = TorchScript.load("group_norm");

  private GroupNormKernel() {}

  /**
   * {@code (x - mean) / sqrt(variance + epsilon) * gain + bias}, mean and biased variance of each
   * group of channels over all positions.
   *
   * @param x {@code [batch, channels, ...]}
   * @param groups how many, a divisor of the channels
   * @param gain {@code [channels]}
   * @param bias {@code [channels]}
   * @param epsilon added to the variance
   * @return the same shape, owned by x's manager
   */
  public static NDArray apply(NDArray x, int groups, NDArray gain, NDArray bias, double epsilon) {
    return call("group_norm", x, groups, gain, bias, epsilon);
  }

  /**
   * The same, then {@code x sigmoid(x)}. Without a graph only.
   *
   * @param x {@code [batch, channels, ...]}
   * @param groups how many, a divisor of the channels
   * @param gain {@code [channels]}
   * @param bias {@code [channels]}
   * @param epsilon added to the variance
   * @return the same shape, owned by x's manager
   */
  public static NDArray applyThenSilu(
      NDArray x, int groups, NDArray gain, NDArray bias, double epsilon) {
    return call("group_norm_silu", x, groups, gain, bias, epsilon);
  }

  private static NDArray call(
      String method, NDArray x, int groups, NDArray gain, NDArray bias, double epsilon) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray settings = cpu.create(new double[] {groups, epsilon})) {
      return KERNEL.call(method, x, gain, bias, settings).singletonOrThrow();
    }
  }
}
