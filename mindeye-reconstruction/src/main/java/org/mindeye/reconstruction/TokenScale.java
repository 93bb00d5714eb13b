// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import org.mindeye.core.tensor.ClipTokens;

/** What is done to a prior's tokens before a UNet sees them. */
public enum TokenScale {
  /**
   * All are divided by the norm of the first, the class token, and 0.000001: models of all tokens.
   * (Of the targets that the prior learned, they were divided by the norm alone.)
   */
  CLASS_TOKEN,
  /** Nothing: final-layer models. */
  AS_SAMPLED;

  private static final double EPSILON = 1e-6;

  /** The tokens to paint from, owned by the given ones' manager. */
  ClipTokens apply(ClipTokens tokens) {
    if (this == AS_SAMPLED) {
      return tokens;
    }
    NDArray all = tokens.array();
    NDArray norm = all.get(new NDIndex(":, 0:1")).norm(new int[] {2}, true);
    return ClipTokens.of(all.div(norm.add(EPSILON)));
  }
}
