// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

/** Takes z-scores of one session. */
final class SessionScaler {
  private SessionScaler() {}

  /**
   * Replaces responses by their z-scores.
   *
   * @param responses {@code [trials, voxels]}
   * @param counts which trials mean and deviation are taken of; at least one
   */
  static void standardize(float[][] responses, boolean[] counts) {
    int voxels = responses[0].length;
    double[] mean = new double[voxels];
    double[] square = new double[voxels];
    int number = 0;
    for (int trial = 0; trial < responses.length; trial++) {
      if (counts[trial]) {
        number++;
        for (int voxel = 0; voxel < voxels; voxel++) {
          mean[voxel] += responses[trial][voxel];
        }
      }
    }
    for (int voxel = 0; voxel < voxels; voxel++) {
      mean[voxel] /= number;
    }
    for (int trial = 0; trial < responses.length; trial++) {
      if (counts[trial]) {
        for (int voxel = 0; voxel < voxels; voxel++) {
          double difference = responses[trial][voxel] - mean[voxel];
          square[voxel] += difference * difference;
        }
      }
    }
    for (int voxel = 0; voxel < voxels; voxel++) {
      square[voxel] = Math.sqrt(square[voxel] / number);
    }
    for (float[] trial : responses) {
      for (int voxel = 0; voxel < voxels; voxel++) {
        double deviation = square[voxel];
        trial[voxel] = deviation == 0 ? 0 : (float) ((trial[voxel] - mean[voxel]) / deviation);
      }
    }
  }
}
