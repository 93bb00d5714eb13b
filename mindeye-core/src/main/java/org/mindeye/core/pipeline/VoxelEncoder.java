// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;

/** Stage one: brain activity to CLIP space. Safe for concurrent callers. */
public interface VoxelEncoder extends AutoCloseable {
  /**
   * How many voxels a sample has.
   *
   * @return the count
   */
  int voxels();

  /**
   * The space predicted.
   *
   * @return tokens and width
   */
  ClipSpace space();

  /**
   * Where the stage computes.
   *
   * @return the device
   */
  Device device();

  /**
   * Encodes voxels.
   *
   * @param voxels {@code [batch, voxels]}
   * @param owner the manager that owns the result
   * @return tokens and projected tokens, {@code [batch, tokens, width]}, not normalised
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the voxel count is wrong
   * @throws org.mindeye.core.tensor.NotFiniteException if a voxel is NaN or infinite
   */
  BrainEmbedding encode(VoxelBatch voxels, NDManager owner);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
