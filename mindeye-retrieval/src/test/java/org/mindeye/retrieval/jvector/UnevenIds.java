// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.jvector;

import org.mindeye.retrieval.EmbeddingSource;

/** Vectors as a source with ids of its own. */
final class UnevenIds {
  private UnevenIds() {}

  /** Ids that are neither dense nor ascending. */
  static EmbeddingSource of(float[][] rows) {
    EmbeddingSource source = EmbeddingSource.of(rows);
    return new EmbeddingSource() {
      @Override
      public int width() {
        return source.width();
      }

      @Override
      public long size() {
        return source.size();
      }

      @Override
      public void read(long from, float[] into) throws java.io.IOException {
        source.read(from, into);
      }

      @Override
      public long id(long row) {
        return 1_000_000_007L * (rows.length - row);
      }
    };
  }
}
