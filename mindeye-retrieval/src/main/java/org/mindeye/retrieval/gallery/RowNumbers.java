// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.mindeye.retrieval.EmbeddingSource;

/** A source whose ids are the numbers of its rows. */
record RowNumbers(EmbeddingSource source) implements EmbeddingSource {
  @Override
  public int width() {
    return source.width();
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public void read(long from, float[] into) throws IOException {
    source.read(from, into);
  }

  @Override
  public boolean hasMetadata() {
    return source.hasMetadata();
  }

  @Override
  public void describe(Consumer<Map<String, String>> into) throws IOException {
    source.describe(into);
  }
}
