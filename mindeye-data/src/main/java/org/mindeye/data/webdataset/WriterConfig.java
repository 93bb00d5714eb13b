// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import org.mindeye.formats.tensor.ElementType;

/**
 * How a dataset is cut and stored.
 *
 * @param samplesPerShard samples per tar file
 * @param voxelType {@link ElementType#FLOAT16}, half the size, three significant digits; or {@link
 *     ElementType#FLOAT32}
 */
public record WriterConfig(int samplesPerShard, ElementType voxelType) {
  /** About the published layout: 500 samples per shard, 16-bit voxels. */
  public static final WriterConfig DEFAULT = new WriterConfig(500, ElementType.FLOAT16);

  /** Checks both values. */
  public WriterConfig {
    if (samplesPerShard < 1) {
      throw new IllegalArgumentException(
          "samplesPerShard must be positive but was " + samplesPerShard);
    }
    if (voxelType != ElementType.FLOAT16 && voxelType != ElementType.FLOAT32) {
      throw new IllegalArgumentException(
          "voxelType must be FLOAT16 or FLOAT32 but was " + voxelType);
    }
  }
}
