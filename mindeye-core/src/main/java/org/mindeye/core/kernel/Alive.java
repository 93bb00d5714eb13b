package org.mindeye.core.kernel;

import ai.djl.ndarray.NDArray;

/** Says what happened to a tensor that was freed, where DJL says that a resource is released. */
public final class Alive {
  private Alive() {}

  /**
   * Passes a tensor that is still there.
   *
   * @param name what the tensor is called in the message
   * @param array the tensor
   * @return the same tensor
   * @throws IllegalStateException if it was freed
   */
  public static NDArray require(String name, NDArray array) {
    if (array.isReleased()) {
      throw new IllegalStateException(
          name
              + ": this tensor is freed, as the scope or manager it belonged to is closed; read it"
              + " before, or let it outlive its scope with keep(array, owner)");
    }
    return array;
  }
}
