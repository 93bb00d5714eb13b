// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import org.mindeye.data.Trial;

/** What a batch holds of a trial's repeated responses. */
@FunctionalInterface
interface Response {
  /**
   * Writes it into a larger array.
   *
   * @param trial whose response
   * @param target receives as many values as the trial has voxels
   * @param offset where the first one goes
   */
  void copy(Trial trial, float[] target, int offset);

  /** One of them. */
  static Response one(int repeat) {
    return (trial, target, offset) -> trial.copyVoxels(repeat, target, offset);
  }

  /** Their mean. */
  static Response mean() {
    return Trial::copyMeanVoxels;
  }

  /** Their weighted mean, summed in float64; one positive weight for each. */
  static Response weighted(float[] weights) {
    return (trial, target, offset) -> {
      double total = 0;
      double[] sum = new double[trial.voxelCount()];
      for (int repeat = 0; repeat < weights.length; repeat++) {
        float[] values = trial.voxels(repeat);
        total += weights[repeat];
        for (int voxel = 0; voxel < sum.length; voxel++) {
          sum[voxel] += (double) weights[repeat] * values[voxel];
        }
      }
      for (int voxel = 0; voxel < sum.length; voxel++) {
        target[offset + voxel] = (float) (sum[voxel] / total);
      }
    };
  }
}
