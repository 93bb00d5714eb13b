// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.tensor;

import ai.djl.ndarray.NDArray;

/**
 * fMRI responses, {@code [batch, voxels]}: z-scored single-trial betas of one subject's region of
 * interest, float32.
 */
public final class VoxelBatch implements TensorView {
  private final NDArray array;

  private VoxelBatch(NDArray array) {
    this.array = array;
  }

  private static final TensorSpec SPEC = TensorSpec.of("voxels").axis("batch").axis("voxels");
  private static final TensorSpec VOLUME =
      TensorSpec.of("voxels").axis("batch").axis("x").axis("y").axis("z");

  /**
   * Wraps responses. A volume is flattened row by row; nothing else of its geometry is used (the
   * original does the same).
   *
   * @param array {@code [batch, voxels]} or {@code [batch, x, y, z]}
   * @return the view
   * @throws ShapeMismatchException for any other shape, or numbers that are not floats
   */
  public static VoxelBatch of(NDArray array) {
    if (array.getShape().dimension() == 4) {
      VOLUME.check(array);
      return new VoxelBatch(array.reshape(array.getShape().get(0), -1));
    }
    return new VoxelBatch(SPEC.check(array));
  }

  /**
   * The length of the second axis.
   *
   * @return voxels per sample
   */
  public int voxels() {
    return Math.toIntExact(array.getShape().get(1));
  }

  @Override
  public NDArray array() {
    return SPEC.alive(array);
  }

  @Override
  public String toString() {
    return "VoxelBatch" + array.getShape();
  }
}
