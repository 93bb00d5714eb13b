package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * A tensor with named axes. Equality is identity: comparing contents would read the device.
 *
 * <p>The view does not own its array; close the manager or scope the array belongs to.
 */
public sealed interface TensorView
    permits VoxelBatch, BrainTokens, ClipTokens, ClipVectors, VaeLatents, ImageBatch, ClipPixels {
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
