// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.engine.Torch;

/** Filters over windows of an image. Gradients flow. */
public final class BlurKernel {
  private static final TorchScript KERNEL = TorchScript.load("blur");

  private BlurKernel() {}

  /**
   * The middle value of each window; zeros lie outside.
   *
   * @param images {@code [batch, channels, height, width]}
   * @param side of the window, odd
   * @return the same shape, owned by the images' manager
   */
  public static NDArray median(NDArray images, int side) {
    try (NDManager cpu = Torch.newManager(Device.cpu()); // on a device, reading it would wait
        NDArray size = cpu.create((long) side)) {
      return KERNEL.call("median", images, size).singletonOrThrow();
    }
  }

  /**
   * Weighs neighbors, in rows and then in columns; the image is mirrored outside without repeating
   * its edge.
   *
   * @param images {@code [batch, channels, height, width]}
   * @param taps an odd number of weights; sides are longer than their half
   * @return the same shape, owned by the images' manager
   */
  public static NDArray separable(NDArray images, double[] taps) {
    try (NDArray weights =
        Torch.copy(images.getManager(), taps, new Shape(taps.length), images.getDataType())) {
      return KERNEL.call("separable", images, weights).singletonOrThrow();
    }
  }
}
