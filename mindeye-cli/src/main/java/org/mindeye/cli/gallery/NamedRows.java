// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.mindeye.Plural;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.retrieval.EmbeddingSource;

/**
 * Embeddings with a name each.
 *
 * @param rows the embeddings
 * @param names one per row
 */
record NamedRows(EmbeddingSource rows, List<String> names) implements EmbeddingSource {
  /** Reads the names, a line for each row. */
  static NamedRows read(EmbeddingSource rows, Path file) throws IOException {
    List<String> names = Files.readAllLines(file, StandardCharsets.UTF_8);
    if (names.size() != rows.size()) {
      throw new MalformedFileException(
          file.toString(),
          Plural.of(rows.size(), "line") + ", one for each row",
          Integer.toString(names.size()));
    }
    return new NamedRows(rows, names);
  }

  @Override
  public int width() {
    return rows.width();
  }

  @Override
  public long size() {
    return rows.size();
  }

  @Override
  public void read(long from, float[] into) throws IOException {
    rows.read(from, into);
  }

  @Override
  public boolean hasMetadata() {
    return true;
  }

  @Override
  public void describe(Consumer<Map<String, String>> into) {
    names.forEach(name -> into.accept(Map.of(Described.NAME, name)));
  }
}
