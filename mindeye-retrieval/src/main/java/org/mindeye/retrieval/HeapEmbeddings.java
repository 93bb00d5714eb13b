// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.Objects;

/** See {@link EmbeddingSource#of}. */
record HeapEmbeddings(float[][] rows, int width) implements EmbeddingSource {
  @Override
  public long size() {
    return rows.length;
  }

  @Override
  public void read(long from, float[] into) {
    Objects.checkFromIndexSize(from, into.length / width, (long) rows.length);
    for (int i = 0; i < into.length / width; i++) {
      System.arraycopy(rows[(int) from + i], 0, into, i * width, width);
    }
  }
}
