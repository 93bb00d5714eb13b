// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.pipeline.Retriever;
import org.mindeye.core.tensor.ClipVectors;

/**
 * A gallery of embeddings that is searched with vectors on the heap, in memory, on the disk or on a
 * server alike. A pipeline takes each of them as its {@link Retriever}.
 *
 * <p>A query is a direction: one whose length is 1 within 0.001 is searched as it is, another is
 * divided by its length first, and one of zeros has none and is refused. Results are ordered by
 * {@link Neighbor#BEST_FIRST}, so that equal scores are decided by the smaller id.
 *
 * <p>Implementations are safe for concurrent callers. {@link SearchInput} and {@link TopNeighbors}
 * are the checks and the ranking they share.
 */
public interface NeighborIndex extends Retriever {
  /** What {@link #size()} returns where a server does not say: more than any gallery has. */
  long UNKNOWN_SIZE = Long.MAX_VALUE;

  /**
   * What the scores are.
   *
   * @return the same for all searches
   */
  Similarity similarity();

  /**
   * Finds the vectors nearest to a query.
   *
   * @param query {@code [width]}, of any length but 0; is not changed
   * @param request how many, and which may be found
   * @return at most {@code k} neighbours, fewer where the gallery is smaller, a filter admits
   *     fewer, or an approximate index or a server finds fewer
   * @throws org.mindeye.core.tensor.ShapeMismatchException if the query has another width
   * @throws org.mindeye.MindEyeException if it is not a direction: of zeros, or with NaN or
   *     infinity; or what the index reads is damaged, or its server fails
   * @throws UnsupportedOperationException if there is a filter and the index has none
   * @throws IllegalStateException after {@link #close()}
   */
  List<Neighbor> search(float[] query, SearchRequest request);

  /**
   * Finds the vectors nearest to each of some queries. All are checked before the first search.
   *
   * @param queries {@code [queries][width]}, as for {@link #search}
   * @param request how many, and which may be found
   * @return one list per query, in their order
   */
  default List<List<Neighbor>> searchAll(float[][] queries, SearchRequest request) {
    for (int i = 0; i < queries.length; i++) {
      SearchInput.unitLength("queries", queries[i], width(), i);
    }
    return Arrays.stream(queries).map(query -> search(query, request)).toList();
  }

  @Override
  default List<List<Neighbor>> nearest(ClipVectors queries, int k) {
    SearchRequest request = SearchRequest.of(k);
    SearchInput.requireWidth("queries", queries, width());
    float[] all;
    try (CallScope scope = CallScope.open(queries.array().getDevice())) {
      NDArray rows = queries.array().toType(DataType.FLOAT32, false);
      SearchInput.requireUnitLength("queries", rows, 0);
      all = rows.toFloatArray();
    }
    List<float[]> heap = new ArrayList<>();
    for (int from = 0; from < all.length; from += width()) {
      heap.add(Arrays.copyOfRange(all, from, from + width()));
    }
    return searchAll(heap.toArray(float[][]::new), request);
  }
}
