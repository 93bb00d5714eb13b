// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import ai.djl.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mindeye.core.pipeline.Neighbor;

/**
 * How many of the true neighbours an approximate index finds, on a sample of queries.
 *
 * @param queries how many were asked
 * @param k neighbours of each
 * @param recall share of the true {@code k} nearest that were found, 0 to 1
 * @param worst the same of the query of which the fewest were found
 */
public record RecallCheck(int queries, int k, double recall, double worst) {
  /** Numbers of a source that are compared at once. */
  private static final int BLOCK = 1 << 24;

  /** Rows of a source, with the numbers of the whole. */
  private record Rows(EmbeddingSource source, long from, long size) implements EmbeddingSource {
    @Override
    public int width() {
      return source.width();
    }

    @Override
    public void read(long first, float[] into) throws IOException {
      source.read(from + first, into);
    }

    @Override
    public long id(long row) {
      return source.id(from + row);
    }
  }

  /**
   * Compares on the CPU, as {@link #run(NeighborIndex, EmbeddingSource, float[][], SearchRequest,
   * Device)} does.
   *
   * @param index finds nearly all
   * @param source what it holds, under the same ids; lent, read once
   * @param queries {@code [queries][width]}, at least one
   * @param request how the index is searched
   * @return what it found
   * @throws IOException if the source cannot be read
   */
  public static RecallCheck run(
      NeighborIndex index, EmbeddingSource source, float[][] queries, SearchRequest request)
      throws IOException {
    return run(index, source, queries, request, Device.cpu());
  }

  /**
   * Searches an index and, one block after the other, all of the vectors that it was made of.
   *
   * @param index finds nearly all
   * @param source what it holds, under the same ids; lent, read once
   * @param queries {@code [queries][width]}, at least one: others than the gallery's own vectors,
   *     which are found more easily
   * @param request how the index is searched
   * @param device where vectors are compared
   * @return what it found
   * @throws IOException if the source cannot be read
   * @throws IllegalArgumentException if there is no query
   */
  public static RecallCheck run(
      NeighborIndex index,
      EmbeddingSource source,
      float[][] queries,
      SearchRequest request,
      Device device)
      throws IOException {
    if (queries.length == 0) {
      throw new IllegalArgumentException("queries: expected at least one");
    }
    List<TopNeighbors> nearest = new ArrayList<>();
    for (int i = 0; i < queries.length; i++) {
      nearest.add(new TopNeighbors(request.k()));
    }
    int step = Math.max(1, BLOCK / source.width());
    for (long from = 0; from < source.size(); from += step) {
      Rows block = new Rows(source, from, Math.min(step, source.size() - from));
      try (ExactIndex exact = ExactIndex.of(block, device)) {
        List<List<Neighbor>> best = exact.searchAll(queries, request);
        for (int i = 0; i < queries.length; i++) {
          for (Neighbor neighbor : best.get(i)) {
            nearest.get(i).offer(neighbor.id(), neighbor.score());
          }
        }
      }
    }
    List<List<Neighbor>> found = index.searchAll(queries, request);
    double sum = 0;
    double worst = 1;
    for (int i = 0; i < queries.length; i++) {
      double share = share(nearest.get(i).bestFirst(), found.get(i));
      sum += share;
      worst = Math.min(worst, share);
    }
    return new RecallCheck(queries.length, request.k(), sum / queries.length, worst);
  }

  private static double share(List<Neighbor> nearest, List<Neighbor> found) {
    Set<Long> ids = new HashSet<>(found.stream().map(Neighbor::id).toList());
    long there = nearest.stream().filter(neighbor -> ids.contains(neighbor.id())).count();
    return nearest.isEmpty() ? 1 : (double) there / nearest.size();
  }
}
