// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.loader.TrialBatch;

/**
 * What a batch of the published recipe holds, and how to name its rows.
 *
 * @param voxels made in the step's manager
 * @param image does what needs no tensor, as reading pictures; the rest in the step's manager
 * @param keys names of the samples
 */
record PaperBatch(
    Function<NDManager, VoxelBatch> voxels,
    Supplier<Function<NDManager, ClipTokens>> image,
    List<String> keys) {
  static PaperBatch of(TrialBatch batch, TargetSource targets) {
    return new PaperBatch(batch::voxels, () -> targets.prepare(batch), batch.keys());
  }

  /** The same batch, of which only tensors are still to be made. */
  PaperBatch prepared() {
    Function<NDManager, ClipTokens> ready = image.get();
    return new PaperBatch(voxels, () -> ready, keys);
  }
}
