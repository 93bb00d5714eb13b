// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.Interpolation;

/**
 * Image resizing exactly as torchvision resizes float tensors: half-pixel centres (other than
 * {@link Interpolation#NEAREST}), no clamping.
 */
public final class Resize {
  private static final TorchScript KERNEL = TorchScript.load("resize");
  private static final String ANTIALIAS = "_antialias";

  private Resize() {}

  /**
   * Resizes to an exact size; an image that already has it is returned as it is.
   *
   * @param images {@code [batch, channels, height, width]}
   * @param height rows of the result
   * @param width columns of the result
   * @param interpolation the kernel
   * @param antialias widen the kernel when shrinking
   * @return {@code [batch, channels, height, width]}, owned by the images' manager; the same array
   *     if there was nothing to do
   */
  public static NDArray to(
      NDArray images, long height, long width, Interpolation interpolation, Antialias antialias) {
    if (images.getShape().get(2) == height && images.getShape().get(3) == width) {
      return images;
    }
    if (method(interpolation, antialias).endsWith(ANTIALIAS)
        && width == 1
        && images.getShape().get(3) == 1) {
      return resizeColumn(images, height, interpolation);
    }
    String method = method(interpolation, antialias);
    try (NDManager cpu = Torch.newManager(Device.cpu()); // on a device, reading it would wait
        NDArray size = cpu.create(new long[] {height, width})) {
      return KERNEL.call(method, images, size).singletonOrThrow();
    }
  }

  private static String method(Interpolation interpolation, Antialias antialias) {
    return switch (interpolation) {
      case BILINEAR -> "bilinear" + (antialias == Antialias.ON ? ANTIALIAS : "");
      case BICUBIC -> "bicubic" + (antialias == Antialias.ON ? ANTIALIAS : "");
      case NEAREST -> "nearest";
    };
  }

  /**
   * Resizes so that the shorter side has a given length and the longer one {@code trunc(size * long
   * / short)}; images whose shorter side has that length already are returned as they are.
   *
   * @param images {@code [batch, channels, height, width]}
   * @param size length of the shorter side of the result
   * @param interpolation the kernel
   * @param antialias widen the kernel when shrinking
   * @return {@code [batch, channels, height, width]}, owned by the images' manager; the same array
   *     if there was nothing to do
   */
  public static NDArray shorterSide(
      NDArray images, long size, Interpolation interpolation, Antialias antialias) {
    long height = images.getShape().get(2);
    long width = images.getShape().get(3);
    long shorter = Math.min(height, width);
    if (shorter == size) {
      return images;
    }
    return to(images, size * height / shorter, size * width / shorter, interpolation, antialias);
  }

  /**
   * libtorch 2.7.1's antialiasing kernel repeats the first pixel when a single column stays a
   * single column; rows are right.
   */
  private static NDArray resizeColumn(NDArray images, long height, Interpolation interpolation) {
    try (NDArray row = images.swapAxes(2, 3);
        NDArray resized = to(row, 1, height, interpolation, Antialias.ON)) {
      return resized.swapAxes(2, 3);
    }
  }
}
