package org.mindeye.core.kernel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * The life of one inference call: no graph is recorded, and every tensor created in this thread is
 * freed at the end unless it was {@linkplain #keep kept}.
 */
public final class CallScope implements AutoCloseable {
  private final NDManager manager;
  private final NDScope scope;
  private final GradMode gradMode;

  private CallScope(Device device) {
    manager = Torch.newManager(device);
    gradMode = GradMode.off();
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
    return new CallScope(device);
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
   */
  public NDArray keep(NDArray array, NDManager owner) {
    NDScope.unregister(array);
    array.attach(owner);
    return array;
  }

  @Override
  public void close() {
    scope.close();
    gradMode.close();
    manager.close();
  }
}
