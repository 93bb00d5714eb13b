// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.internal.kernel.InnerProducts;
import org.mindeye.core.pipeline.Neighbor;

/**
 * The search for some queries. Each tile of the gallery is compared by a matrix product, whose
 * scores are off by a known amount at most. Whatever could by that amount be among the best is
 * scored again exactly, so the result is that of an exact search of every row.
 *
 * <p>Of most rows not even the score is read: only the largest of each group of {@link #GROUP}.
 */
final class Search implements GalleryBlocks.Visitor {
  /** Rows whose largest score is looked at first. */
  static final int GROUP = 32;

  /** Scores that exist at once. */
  private static final int MOST_SCORES = 1 << 20;

  private static final int MOST_ROWS = 1 << 16;

  private final Rows queries;
  private final int k;
  private final SearchRequest request;
  private final GalleryIds ids;
  private final List<TopNeighbors> best;
  private final Rows.Room room;

  Search(Rows queries, SearchRequest request, GalleryIds ids) {
    this.queries = queries;
    this.request = request;
    k = Math.min(request.k(), ids.count());
    this.ids = ids;
    room = queries.room();
    best = IntStream.range(0, queries.count()).mapToObj(query -> new TopNeighbors(k)).toList();
  }

  /**
   * Looks at some of the gallery.
   *
   * @param gallery in the queries' format and on their device
   * @param firstId where the ids of its rows begin
   */
  @Override
  public void visit(Rows gallery, int firstId) {
    ScoreError error = ScoreError.of(queries, gallery);
    int step = Math.min(MOST_ROWS, Math.max(1, MOST_SCORES / queries.count() / GROUP) * GROUP);
    for (int first = 0; first < gallery.count(); first += step) {
      int last = Math.min(first + step, gallery.count());
      try (CallScope scope = CallScope.open(gallery.device())) {
        NDArray scores = gallery.scores(queries, first, last);
        new Tile(gallery, error, first, firstId, last - first, scores).visit();
      }
    }
  }

  List<List<Neighbor>> result() {
    return best.stream().map(TopNeighbors::bestFirst).toList();
  }

  /** Some rows of the gallery with all queries. */
  private final class Tile {
    private final Rows gallery;
    private final ScoreError error;
    private final int first;
    private final int firstId;
    private final int rows;
    private final NDArray scores;
    private final Scores readable;

    /** For each query, the smallest score that is looked at. */
    private final float[] cuts = new float[queries.count()];

    Tile(Rows gallery, ScoreError error, int first, int firstId, int rows, NDArray scores) {
      this.gallery = gallery;
      this.error = error;
      this.first = first;
      this.firstId = firstId;
      this.rows = rows;
      this.scores = scores;
      readable = Scores.of(scores);
    }

    void visit() {
      for (int query = 0; query < cuts.length; query++) {
        cuts[query] = error.cut(query, best.get(query).worst());
      }
      int groups = rows / GROUP;
      if (groups > 0) {
        NDArray maxima = InnerProducts.maxima(scores, GROUP);
        // A filter may refuse the best rows, and then k of them say nothing.
        if (rows >= k && best.get(0).isLacking() && !request.isFiltered()) {
          raiseCuts(InnerProducts.kthLargest(groups >= k ? maxima : scores, k).toFloatArray());
        }
        visitGroups(maxima.toFloatArray());
      }
      for (int row = groups * GROUP; row < rows; row++) {
        for (int query = 0; query < cuts.length; query++) {
          look(row, query);
        }
      }
    }

    /** Knows k rows, or groups with such a row, whose score is at least that. */
    private void raiseCuts(float[] scores) {
      for (int query = 0; query < cuts.length; query++) {
        float cut = error.cut(query, error.least(query, scores[query]));
        cuts[query] = Math.max(cuts[query], cut);
      }
    }

    private void visitGroups(float[] maxima) {
      for (int group = 0, next = 0; next < maxima.length; group++) {
        for (int query = 0; query < cuts.length; query++) {
          if (maxima[next++] >= cuts[query]) {
            for (int row = group * GROUP; row < (group + 1) * GROUP; row++) {
              look(row, query);
            }
          }
        }
      }
    }

    private void look(int row, int query) {
      if (readable.get(row * cuts.length + query) >= cuts[query]) {
        long id = ids.get(firstId + first + row);
        if (!request.filter().test(id)) {
          return;
        }
        TopNeighbors top = best.get(query);
        top.offer(id, gallery.cosine(first + row, queries, query, room));
        cuts[query] = Math.max(cuts[query], error.cut(query, top.worst()));
      }
    }
  }
}
