// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.Neighbor;

/**
 * What an exact index searches.
 *
 * @param device where the products are computed
 * @param precision of the products
 * @param blocks the vectors
 * @param ids theirs
 */
record ExactGallery(Device device, Precision precision, GalleryBlocks blocks, GalleryIds ids) {
  private static final int QUERIES_PER_BLOCK = 512;
  private static final int NUMBERS_PER_QUERY_BLOCK = 1 << 24;

  /**
   * Searches for any number of queries, some at a time.
   *
   * @param queries {@code [queries, width]}
   */
  List<List<Neighbor>> search(NDArray queries, SearchRequest request) {
    int count = Math.toIntExact(queries.getShape().get(0));
    int width = Math.toIntExact(queries.getShape().get(1));
    List<List<Neighbor>> result = new ArrayList<>(count);
    int step = Math.max(1, Math.min(QUERIES_PER_BLOCK, NUMBERS_PER_QUERY_BLOCK / width));
    for (int from = 0; from < count; from += step) {
      result.addAll(searchSome(queries, from, Math.min(from + step, count), request));
    }
    return List.copyOf(result);
  }

  private List<List<Neighbor>> searchSome(
      NDArray queries, int from, int to, SearchRequest request) {
    try (CallScope scope = CallScope.open(device)) {
      NDArray block = float32(queries, from, to);
      SearchInput.requireUnitLength("queries", block, from);
      Search search = new Search(Rows.of(block, precision, device, scope.manager()), request, ids);
      blocks.visit(search);
      return search.result();
    }
  }

  /** Rows {@code from} to {@code to}; a view where nothing has to be converted. */
  static NDArray float32(NDArray vectors, int from, int to) {
    return vectors.get(new NDIndex(from + ":" + to)).toType(DataType.FLOAT32, false);
  }
}
