// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.gallery;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.mindeye.retrieval.EmbeddingSource;

/**
 * Rows of a source that follow each other. Ids are their numbers, from 0.
 *
 * @param source of more rows, whose own ids do not count
 * @param from the first one
 * @param size how many
 */
record SomeRows(EmbeddingSource source, long from, long size) implements EmbeddingSource {
  @Override
  public int width() {
    return source.width();
  }

  @Override
  public void read(long first, float[] into) throws IOException {
    Objects.checkFromIndexSize(first, into.length / width(), size);
    source.read(from + first, into);
  }

  @Override
  public boolean hasMetadata() {
    return source.hasMetadata();
  }

  @Override
  public void describe(Consumer<Map<String, String>> into) throws IOException {
    long[] row = {0};
    source.describe(
        known -> {
          if (row[0] >= from && row[0] < from + size) {
            into.accept(known);
          }
          row[0]++;
        });
  }
}
