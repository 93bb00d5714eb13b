// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.betas;

import org.mindeye.Plural;
import org.mindeye.data.volume.VolumeGrid;
import org.mindeye.formats.io.HeapBudget;
import org.mindeye.formats.tensor.MalformedFileException;

/** What all files of betas are checked for. */
final class Responses {
  private Responses() {}

  /** Room for the responses of some voxels. */
  static void requireHeap(String source, long trials, long voxels) {
    HeapBudget.ofThisProcess()
        .require(source, Float.BYTES * trials * voxels, "take a smaller region");
  }

  static void requireVoxels(String source, VolumeGrid grid, int[] voxels) {
    for (int voxel : voxels) {
      if (voxel < 0 || voxel >= grid.voxels()) {
        throw new IndexOutOfBoundsException(
            source + ": voxel " + voxel + " is not on a grid of " + grid);
      }
    }
  }

  /** Refuses what no mean can be taken of. */
  static float[][] requireFinite(
      String source, VolumeGrid grid, int[] voxels, float[][] responses) {
    return requireFinite(source, grid, voxels, 0, responses);
  }

  /** The same for some of the trials, from one on. */
  static float[][] requireFinite(
      String source, VolumeGrid grid, int[] voxels, int from, float[][] responses) {
    long count = 0;
    String first = null;
    for (int trial = 0; trial < responses.length; trial++) {
      for (int i = 0; i < voxels.length; i++) {
        if (!Float.isFinite(responses[trial][i])) {
          if (count++ == 0) {
            first =
                responses[trial][i]
                    + " at trial "
                    + (from + trial)
                    + ", voxel "
                    + grid.describe(voxels[i])
                    + ", the first of ";
          }
        }
      }
    }
    if (count > 0) {
      throw new MalformedFileException(
          source,
          "finite responses of the voxels of the region",
          first
              + Plural.of(count, "such value")
              + (grid.isLine()
                  ? "; repair them, or leave these voxels out"
                  : "; take these voxels out of the mask"));
    }
    return responses;
  }
}
