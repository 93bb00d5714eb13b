// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.pipeline.VoxelEncoder;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.Trial;

/** What an encoder says about every image of a split. */
public final class BrainEmbeddings {
  private BrainEmbeddings() {}

  /**
   * Encodes the mean response to each image, batch by batch.
   *
   * @param encoder voxels to CLIP space
   * @param trials the split
   * @param owner the manager that owns the result
   * @return projected tokens as {@code [samples, tokens * width]} rows of length 1, in the order of
   *     the split
   */
  public static ClipVectors encode(VoxelEncoder encoder, List<Trial> trials, NDManager owner) {
    return SplitVectors.of(
        trials,
        encoder.device(),
        owner,
        0,
        (batch, step) -> encoder.encode(batch.voxels(step), step).projected().toUnitVectors());
  }
}
