// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * A tensor with named axes. Equality is identity: comparing contents would read the device.
 *
 * <p>The view does not own its array; close the manager or scope the array belongs to.
 *
 * <p>Declare one of your own wherever a tensor of the same axes in its place would give a plausible
 * but wrong result: a final class with a {@link TensorSpec}, a factory that checks, and no public
 * constructor.
 *
 * <pre>{@code
 * public final class DepthMaps implements TensorView {
 *   private static final TensorSpec SPEC =
 *       TensorSpec.of("depth maps").axis("batch").axis("height").axis("width");
 *   private final NDArray array;
 *
 *   private DepthMaps(NDArray array) {
 *     this.array = array;
 *   }
 *
 *   public static DepthMaps of(NDArray array) {
 *     return new DepthMaps(SPEC.check(array));
 *   }
 *
 *   public NDArray array() {
 *     return SPEC.alive(array);
 *   }
 * }
 * }</pre>
 */
public interface TensorView {
  /**
   * The tensor itself, not a copy.
   *
   * @return the array, owned by the manager it was created in
   * @throws IllegalStateException if it is freed
   */
  NDArray array();

  /**
   * The length of the first axis.
   *
   * @return how many samples
   */
  default int batch() {
    return Math.toIntExact(array().getShape().get(0));
  }
}
