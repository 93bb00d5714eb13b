// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.util.List;
import org.mindeye.core.tensor.ClipVectors;

/**
 * A gallery of CLIP embeddings that finds which of them are nearest to a query. Its vectors are
 * known by ids, which are the caller's (image numbers of the data set, rows of a metadata table);
 * each occurs once.
 *
 * <p>Implementations are safe for concurrent callers, and closing one twice does nothing. Results
 * are heap data: they outlive the retriever and own no native memory.
 */
public interface Retriever extends AutoCloseable {
  /**
   * The length of every vector of the gallery.
   *
   * @return numbers per vector
   */
  int width();

  /**
   * The number of vectors in the gallery.
   *
   * @return how many, at least one
   */
  long size();

  /**
   * Finds the gallery vectors with the highest cosine.
   *
   * @param queries {@code [batch, width]}, rows of length 1; read only, on any device
   * @param k how many neighbours per query, at least 1; if the gallery is smaller, all of it is
   *     returned
   * @return one list per query in the order of the queries, each of {@code min(k, size())}
   *     neighbours, or fewer where an approximate or remote gallery finds fewer, ordered by {@link
   *     Neighbor#BEST_FIRST}
   * @throws IllegalArgumentException if {@code k < 1}
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the width differs from the gallery's
   * @throws org.mindeye.MindEyeException if a query is not a vector of length 1, for example
   *     because it holds a NaN; the message names the row
   * @throws IllegalStateException after {@link #close()}
   */
  List<List<Neighbor>> nearest(ClipVectors queries, int k);

  /** Frees the gallery, after waiting for searches in progress. Closing again does nothing. */
  @Override
  void close();
}
