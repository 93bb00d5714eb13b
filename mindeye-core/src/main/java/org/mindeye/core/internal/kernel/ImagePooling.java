// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.engine.Torch;

/** Pooling that DJL lacks. Gradients flow. */
public final class ImagePooling {
  private static final TorchScript KERNEL = TorchScript.load("pooling");

  private ImagePooling() {}

  /**
   * Means over a grid of an exact size.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param rows of the result
   * @param columns of the result
   * @return {@code [batch, channels, rows, columns]}, owned by x's manager
   */
  public static NDArray adaptiveAverage(NDArray x, long rows, long columns) {
    try (NDManager cpu = Torch.newManager(Device.cpu());
        NDArray size = cpu.create(new long[] {rows, columns})) {
      return KERNEL.call("adaptive_average", x, size).singletonOrThrow();
    }
  }
}
