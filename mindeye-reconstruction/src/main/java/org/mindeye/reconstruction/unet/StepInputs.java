// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.Map;
import org.mindeye.core.nn.MultiHeadAttention.KeysAndValues;

/**
 * What the layers of one pass are given besides maps.
 *
 * @param time embedding of the timesteps, {@code [batch or 1, width]}
 * @param contexts what each transformer looks at
 * @param guidedBatch 0, or how many samples are predicted without the condition and with it. All
 *     layers before the first that looks at it would compute the same for both, so they see each
 *     sample once; later ones see those without it, then those with it
 */
record StepInputs(NDArray time, Map<SpatialTransformer, Context> contexts, long guidedBatch) {
  /**
   * What a transformer looks at.
   *
   * @param seen keys and values of the condition
   * @param ofZeros what a token gets from a condition of zeros, {@code [1, 1, width]}; null unless
   *     that is needed
   */
  record Context(KeysAndValues seen, NDArray ofZeros) {}

  boolean guided() {
    return guidedBatch > 0;
  }

  /** Those of a guided batch that do not see the condition. */
  NDArray without(NDArray x) {
    return isShared(x) ? x : x.get(new NDIndex("0:{}", guidedBatch));
  }

  /** Those of a guided batch that see it. */
  NDArray with(NDArray x) {
    return isShared(x) ? x : x.get(new NDIndex("{}:", guidedBatch));
  }

  private boolean isShared(NDArray x) {
    return x.getShape().get(0) == guidedBatch;
  }

  /** Twice what both halves of a guided batch share, where the other tensor has them apart. */
  static NDArray asMany(NDArray x, NDArray other) {
    return x.getShape().get(0) == other.getShape().get(0) ? x : x.concat(x, 0);
  }
}
