// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.TrainingSplit;

/**
 * A split with the CLIP tokens of its pictures.
 *
 * @param trials the samples
 * @param targets of this very list
 */
public record EncodedSplit(List<Trial> trials, CachedTargets targets) {
  /**
   * How many samples there are.
   *
   * @return at least 1
   */
  public int size() {
    return trials.size();
  }

  /**
   * The image of each sample.
   *
   * @return coco ids in the order of the trials
   */
  public long[] imageIds() {
    return trials.stream().mapToLong(Trial::cocoId).toArray();
  }

  /**
   * The same for a trainer.
   *
   * @param split which one it is
   * @return the same samples and targets
   */
  public TrainingSplit as(Split split) {
    return new TrainingSplit(split, trials, targets);
  }

  /** The mean response to each picture, {@code [samples, voxels]}. */
  NDArray responses(NDManager owner) {
    int voxels = trials.get(0).voxelCount();
    float[] flat = new float[Math.multiplyExact(size(), voxels)];
    for (int i = 0; i < size(); i++) {
      trials.get(i).copyMeanVoxels(flat, i * voxels);
    }
    return Torch.copy(owner, flat, new Shape(size(), voxels));
  }
}
