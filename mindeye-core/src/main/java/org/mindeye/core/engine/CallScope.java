// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * The life of one call: every tensor created in this thread is freed at the end unless it was
 * {@linkplain #keep kept}, and the thread's gradient mode is what it was. Inference records no
 * graph.
 */
public final class CallScope implements AutoCloseable {
  private final NDManager manager;
  private final NDScope scope;
  private final GradMode gradMode;

  private CallScope(Device device, boolean record) {
    manager = Torch.newManager(device);
    gradMode = record ? GradMode.on() : GradMode.off();
    scope = new NDScope();
    scope.suppressNotUsedWarning();
  }

  /**
   * Opens a scope in this thread. Scopes nest; close them in reverse order, in the same thread.
   *
   * @param device where {@link #manager()} creates tensors
   * @return the scope
   */
  public static CallScope open(Device device) {
    return new CallScope(device, false);
  }

  /**
   * Opens a scope in this thread that records a graph, for a training step.
   *
   * @param device where {@link #manager()} creates tensors
   * @return the scope
   */
  public static CallScope recording(Device device) {
    return new CallScope(device, true);
  }

  /**
   * The manager of this call's temporaries.
   *
   * @return a manager that dies with the scope
   */
  public NDManager manager() {
    return manager;
  }

  /**
   * Lets a tensor outlive the scope.
   *
   * @param array a tensor created inside this scope
   * @param owner the manager that owns it from now on
   * @return the same tensor
   * @throws IllegalStateException if the tensor is freed, or the owner closed
   */
  public NDArray keep(NDArray array, NDManager owner) {
    Alive.require("array", array);
    Alive.require("owner", owner);
    NDScope.unregister(array);
    array.attach(owner);
    return array;
  }

  /** Frees the temporaries. Closing twice is harmless. */
  @Override
  public void close() {
    if (manager.isOpen()) {
      gradMode.close();
      scope.close();
      manager.close();
    }
  }
}
