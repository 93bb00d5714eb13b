// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.tensor.VoxelBatch;

/**
 * The low-level branch: voxels to a blurry picture in latent space. Safe for concurrent callers.
 */
public interface LatentBranch extends AutoCloseable {
  /**
   * How many voxels a sample has.
   *
   * @return the count
   */
  int voxels();

  /**
   * What one picture's latents are.
   *
   * @return {@code [channels, height / 8, width / 8]}
   */
  Shape latents();

  /**
   * Where the stage computes.
   *
   * @return the device
   */
  Device device();

  /**
   * Predicts latents.
   *
   * @param voxels {@code [batch, voxels]}
   * @param owner the manager that owns the result
   * @return {@code [batch, channels, height / 8, width / 8]}
   */
  VaeLatents predict(VoxelBatch voxels, NDManager owner);

  /** Frees what the stage owns, after waiting for calls in progress. Closing again does nothing. */
  @Override
  void close();
}
