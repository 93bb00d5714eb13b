// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.mindeye.retrieval.EmbeddingSource;
import org.mindeye.testkit.ClusteredRows;

/** Vectors around a few centres, with ids that do not begin at 0, and names. */
record Gallery(float[][] rows, EmbeddingSource source) implements EmbeddingSource {
  static final long FIRST = 1_000_000_000_000L;

  static Gallery draw(int count, int width, long seed) {
    float[][] rows = ClusteredRows.draw(count, width, seed);
    return new Gallery(rows, EmbeddingSource.of(rows));
  }

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
  public long id(long row) {
    return FIRST + row;
  }

  @Override
  public boolean hasMetadata() {
    return true;
  }

  @Override
  public void describe(Consumer<Map<String, String>> into) {
    for (int i = 0; i < rows.length; i++) {
      into.accept(Map.of("url", "https://a.example/" + i + "?ö"));
    }
  }
}
