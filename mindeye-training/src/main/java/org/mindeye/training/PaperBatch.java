// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Function;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.loader.TrialBatch;

/**
 * What a batch of the published recipe holds, and how to name its rows.
 *
 * @param voxels made in the step's manager
 * @param image made in the step's manager
 * @param keys names of the samples
 */
record PaperBatch(
    Function<NDManager, VoxelBatch> voxels,
    Function<NDManager, ClipTokens> image,
    List<String> keys) {
  static PaperBatch of(TrialBatch batch, TargetSource targets) {
    return new PaperBatch(batch::voxels, manager -> targets.targets(batch, manager), batch.keys());
  }
}
