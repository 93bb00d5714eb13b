// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Frees a computation's intermediate tensors as soon as it ends, not when the call around it ends:
 * deep networks run layer by layer in the memory of one layer.
 *
 * <p>When a graph is recorded, libtorch itself keeps what the gradients need.
 */
public final class Temporaries {
  private Temporaries() {}

  /**
   * Runs a computation and closes every tensor it created in this thread, except its result.
   *
   * @param computation creates its result (never hands out a tensor it was given), and takes no
   *     tensor wrapped around Java memory into the graph
   * @return the result, owned by the manager the computation left it with, and by the scope around
   *     this call if there is one
   */
  public static NDArray freed(Supplier<NDArray> computation) {
    return allFreed(() -> List.of(computation.get())).get(0);
  }

  /**
   * The same for a computation with several results.
   *
   * @param computation creates its results (never hands out a tensor it was given), and takes no
   *     tensor wrapped around Java memory into the graph
   * @return the results, owned by the managers the computation left them with, and by the scope
   *     around this call if there is one
   */
  public static List<NDArray> allFreed(Supplier<List<NDArray>> computation) {
    List<NDArray> results;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      results = computation.get();
      results.forEach(NDScope::unregister);
    }
    results.forEach(NDScope::register);
    return results;
  }

  /**
   * Applies layers one after another and closes, besides what each of them closes itself, every
   * result as soon as the next layer has read it.
   *
   * @param x what the first layer reads; stays open
   * @param layers in their order, at least one; each is a computation as in {@link #freed}
   * @return the last layer's result, owned as in {@link #freed}
   */
  public static NDArray through(NDArray x, List<? extends UnaryOperator<NDArray>> layers) {
    NDArray y = x;
    for (UnaryOperator<NDArray> layer : layers) {
      NDArray before = y;
      y = freed(() -> layer.apply(before));
      if (before != x) {
        before.close();
      }
    }
    return y;
  }
}
