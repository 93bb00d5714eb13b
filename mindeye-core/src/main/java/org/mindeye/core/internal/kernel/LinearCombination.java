// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;

/** Weighted sums in place: what the samplers' steps consist of. Records no graph. */
public final class LinearCombination {
  private static final TorchScript KERNEL = TorchScript.load("combination");

  private LinearCombination() {}

  /**
   * {@code x <- y}, whatever x held before.
   *
   * @param x overwritten, any type
   * @param y of x's shape and type
   */
  public static void assign(NDArray x, NDArray y) {
    try (GradMode off = GradMode.off()) {
      KERNEL.call("assign", x, y).close();
    }
  }

  /**
   * {@code x <- a x}.
   *
   * @param x overwritten
   * @param a its weight
   */
  public static void scale(NDArray x, double a) {
    try (GradMode off = GradMode.off();
        NDManager cpu = Torch.newManager(Device.cpu());
        NDArray weights = cpu.create(new double[] {a})) {
      KERNEL.call("one", x, weights).close();
    }
  }

  /**
   * {@code x <- a x + b y}.
   *
   * @param x overwritten
   * @param a its weight
   * @param y of x's shape, or what broadcasts to it
   * @param b its weight
   */
  public static void into(NDArray x, double a, NDArray y, double b) {
    try (GradMode off = GradMode.off();
        NDManager cpu = Torch.newManager(Device.cpu());
        NDArray weights = cpu.create(new double[] {a, b})) {
      KERNEL.call("two", x, y, weights).close();
    }
  }

  /**
   * {@code x <- a x + b y + c z}.
   *
   * @param x overwritten
   * @param a its weight
   * @param y of x's shape, or what broadcasts to it
   * @param b its weight
   * @param z of x's shape, or what broadcasts to it
   * @param c its weight
   */
  public static void into(NDArray x, double a, NDArray y, double b, NDArray z, double c) {
    try (GradMode off = GradMode.off();
        NDManager cpu = Torch.newManager(Device.cpu());
        NDArray weights = cpu.create(new double[] {a, b, c})) {
      KERNEL.call("three", x, y, z, weights).close();
    }
  }
}
