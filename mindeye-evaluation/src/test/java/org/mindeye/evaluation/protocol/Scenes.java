// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ImageBatch;

/**
 * Random pictures, and reconstructions that share some of their pixels; drawn whenever they are
 * read.
 */
final class Scenes implements PairSource {
  private final int size;
  private final int side;
  private final float share;
  final List<Integer> reads = new ArrayList<>();

  Scenes(int size, int side, float share) {
    this.size = size;
    this.side = side;
    this.share = share;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public ImagePair read(int index, NDManager owner) {
    reads.add(index);
    return pair(index, owner);
  }

  ImagePair pair(int index, NDManager owner) {
    NDArray seen = NoiseSource.seeded(1, index).uniform(owner, new Shape(1, 3, side, side));
    NDArray other = NoiseSource.seeded(2, index).uniform(owner, new Shape(1, 3, side, side));
    NDArray painted = seen.mul(share).add(other.mul(1 - share));
    return ImagePair.of(
        "scene-" + index,
        ImageBatch.of(seen),
        // Each pixel twice along both axes, as decoders paint larger than what was seen.
        ImageBatch.of(painted.repeat(2, 2).repeat(3, 2)));
  }
}
