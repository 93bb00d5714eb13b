// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.List;
import java.util.function.Supplier;

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
}
