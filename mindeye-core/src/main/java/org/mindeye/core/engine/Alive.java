// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Objects;

/** Says which tensor or manager of a caller is gone, where DJL says that a resource is released. */
public final class Alive {
  private Alive() {}

  /**
   * Passes a tensor that is still there.
   *
   * @param name what the tensor is called in the message
   * @param array the tensor
   * @return the same tensor
   * @throws NullPointerException if it is null
   * @throws IllegalStateException if it was freed
   */
  public static NDArray require(String name, NDArray array) {
    if (Objects.requireNonNull(array, () -> name + ": the array is null").isReleased()) {
      throw new IllegalStateException(
          name
              + ": this tensor is freed, as the scope or manager it belonged to is closed; read it"
              + " before, or let it outlive its scope with keep(array, owner)");
    }
    return array;
  }

  /**
   * Passes a manager that is still open.
   *
   * @param name what the manager is called in the message
   * @param manager the manager
   * @return the same manager
   * @throws NullPointerException if it is null
   * @throws IllegalStateException if it was closed
   */
  public static NDManager require(String name, NDManager manager) {
    if (!Objects.requireNonNull(manager, name).isOpen()) {
      throw new IllegalStateException(
          name + ": this manager is closed, and nothing new can belong to it; pass an open one");
    }
    return manager;
  }
}
