// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import ai.djl.ndarray.NDArray;

/** Whether projected embeddings are limited before they are normalised. */
public enum EmbeddingClamp {
  /** Never: the published setting. */
  NONE {
    @Override
    NDArray apply(NDArray embeddings) {
      return embeddings;
    }
  },
  /**
   * To [-1.5, 1.5], as in the Mind Reader preprint (the original's {@code clamp_embs}, off by
   * default).
   */
  MIND_READER {
    @Override
    NDArray apply(NDArray embeddings) {
      return embeddings.clip(-1.5f, 1.5f);
    }
  };

  /** Any shape to the same shape, owned by the argument's manager; the argument itself for NONE. */
  abstract NDArray apply(NDArray embeddings);
}
