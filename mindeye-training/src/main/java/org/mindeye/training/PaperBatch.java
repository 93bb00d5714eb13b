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
record PaperBatch(Function<NDManager, VoxelBatch> voxels, Image image, List<String> keys) {
  /** Makes the targets. */
  @FunctionalInterface
  interface Image {
    ClipTokens apply(NDManager owner);

    /** Does what needs no tensor now. */
    default Image prepared() {
      return this;
    }
  }

  /** Of a batch whose pictures may still have to be read. */
  private record Unread(TrialBatch batch, TargetSource targets) implements Image {
    @Override
    public ClipTokens apply(NDManager owner) {
      return targets.targets(batch, owner);
    }

    @Override
    public Image prepared() {
      return targets.prepare(batch)::apply;
    }
  }

  static PaperBatch of(TrialBatch batch, TargetSource targets) {
    return new PaperBatch(batch::voxels, new Unread(batch, targets), batch.keys());
  }

  /** The same batch, of which only tensors are still to be made. */
  PaperBatch prepared() {
    return new PaperBatch(voxels, image.prepared(), keys);
  }
}
