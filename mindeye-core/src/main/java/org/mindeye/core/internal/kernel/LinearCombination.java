// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;

/** Weighted sums in place: what the samplers' steps consist of. Records no graph. */
public final class LinearCombination {
  /** By the number of terms, x's own counted. */
  private static final List<String> SUMS = List.of("one", "two", "three", "four");

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
    into(x, a, List.of(), List.of());
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
    into(x, a, List.of(y), List.of(b));
  }

  /**
   * {@code x <- a x + b[0] y[0] + b[1] y[1] + …}, in this order.
   *
   * @param x overwritten
   * @param a its weight
   * @param y each of x's shape, or what broadcasts to it
   * @param b the weight of each
   */
  public static void into(NDArray x, double a, List<NDArray> y, List<Double> b) {
    int most = SUMS.size() - 1;
    if (y.size() > most) {
      into(x, a, y.subList(0, most), b.subList(0, most));
      into(x, 1, y.subList(most, y.size()), b.subList(most, b.size()));
      return;
    }
    double[] weights = new double[1 + b.size()];
    weights[0] = a;
    List<Object> arguments = new ArrayList<>(List.of(x));
    arguments.addAll(y);
    for (int i = 0; i < b.size(); i++) {
      weights[i + 1] = b.get(i);
    }
    try (GradMode off = GradMode.off();
        NDManager cpu = Torch.newManager(Device.cpu())) {
      arguments.add(cpu.create(weights));
      KERNEL.call(SUMS.get(y.size()), arguments.toArray()).close();
    }
  }
}
