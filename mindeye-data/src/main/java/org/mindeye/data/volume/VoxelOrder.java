// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.volume;

/**
 * In which order the voxels of a region become the columns of a response. Weights belong to
 * columns: a model reads responses in the order it was trained with, and in no other.
 */
public enum VoxelOrder {
  /**
   * x slowest, z fastest: what {@code volume[mask]} gives in Python, where nibabel shows the axes
   * as x, y, z. Published models were trained on such responses.
   */
  LAST_AXIS_FASTEST,
  /**
   * x fastest, z slowest: the order of the files; what MATLAB's {@code volume(mask)} gives, and
   * {@code mask} with axes as h5py shows them.
   */
  FIRST_AXIS_FASTEST
}
