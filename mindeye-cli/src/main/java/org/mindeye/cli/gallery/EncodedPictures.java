// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.mindeye.retrieval.EmbeddingSource;

/**
 * All pictures of a folder, encoded, with their names.
 *
 * @param list which they are
 * @param encoded their vectors
 */
record EncodedPictures(PictureList list, EncodingFolder encoded) implements EmbeddingSource {
  @Override
  public int width() {
    return encoded.record().request().origin().space().size();
  }

  @Override
  public long size() {
    return encoded.record().rows();
  }

  @Override
  public void read(long from, float[] into) throws IOException {
    encoded.read(from, into);
  }

  @Override
  public boolean hasMetadata() {
    return true;
  }

  @Override
  public void describe(Consumer<Map<String, String>> into) {
    Set<String> skipped = new HashSet<>(encoded.record().skipped());
    list.names().stream()
        .filter(name -> !skipped.contains(name))
        .forEach(name -> into.accept(Map.of(Described.PICTURE, name)));
  }
}
