// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.Plural;
import org.mindeye.core.engine.Alive;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.Trial;

/**
 * Samples that go through a network together. Holds heap data only; tensors are made when asked for
 * and belong to the manager that is passed. Immutable, safe for concurrent use.
 */
public final class TrialBatch {
  private final int epoch;
  private final int step;
  private final List<Trial> trials;
  private final int[] indices;
  private final List<Response> responses;

  TrialBatch(int epoch, int step, List<Trial> trials, int[] indices, List<Response> responses) {
    this.epoch = epoch;
    this.step = step;
    this.trials = trials;
    this.indices = indices;
    this.responses = responses;
  }

  /**
   * The responses, one row per sample, as the loader's {@link RepeatPolicy} chose them.
   *
   * @param owner the manager that owns the result
   * @return {@code [batch, voxels]}, float32, a new tensor
   * @throws IllegalArgumentException if all values do not fit one array; use smaller batches
   */
  public VoxelBatch voxels(NDManager owner) {
    Alive.require("owner", owner);
    int width = trials.get(0).voxelCount();
    if ((long) size() * width > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "batch: "
              + (Plural.of(size(), "sample") + " of " + Plural.of(width, "voxel"))
              + " do not fit one array; use smaller batches");
    }
    float[] values = new float[size() * width];
    for (int i = 0; i < size(); i++) {
      responses.get(i).copy(trials.get(i), values, i * width);
    }
    return VoxelBatch.of(Torch.copy(owner, values, new Shape(size(), width)));
  }

  /**
   * The images, decoded now.
   *
   * @param owner the manager that owns the result
   * @return {@code [batch, 3, height, width]}, red, green, blue in [0, 1], float32, a new tensor
   * @throws org.mindeye.data.MalformedSampleException if images differ in size, or one is damaged
   */
  public ImageBatch images(NDManager owner) {
    return ImageBatches.ofTrials(trials, owner);
  }

  /**
   * The images, decoded now, in the heap: for what happens to them before they become a tensor.
   *
   * @return {@code [batch][3, height, width]}, red, green, blue in [0, 1], row by row, new arrays
   * @throws org.mindeye.data.MalformedSampleException if images differ in size, or one is damaged
   */
  public float[][] pixels() {
    return ImageBatches.pixels(trials);
  }

  /**
   * How many samples.
   *
   * @return at least 1
   */
  public int size() {
    return trials.size();
  }

  /**
   * The epoch this batch belongs to.
   *
   * @return from 0
   */
  public int epoch() {
    return epoch;
  }

  /**
   * The batch's number in its epoch.
   *
   * @return from 0
   */
  public int step() {
    return step;
  }

  /**
   * The samples.
   *
   * @return in the order of the tensors' rows
   */
  public List<Trial> trials() {
    return trials;
  }

  /**
   * The samples' positions in the loader's list, so that what was computed once per sample can be
   * looked up.
   *
   * @return a copy, in the order of the tensors' rows
   */
  public int[] indices() {
    return indices.clone();
  }

  /**
   * The samples' names.
   *
   * @return in the order of the tensors' rows
   */
  public List<String> keys() {
    return trials.stream().map(Trial::key).toList();
  }

  /**
   * The images' numbers among the 73 000.
   *
   * @return in the order of the tensors' rows
   */
  public long[] cocoIds() {
    return trials.stream().mapToLong(Trial::cocoId).toArray();
  }

  @Override
  public String toString() {
    return "TrialBatch epoch " + epoch + ", step " + step + ", " + Plural.of(size(), "sample");
  }
}
