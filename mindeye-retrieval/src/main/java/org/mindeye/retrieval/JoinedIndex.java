// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Several galleries searched as one: for more vectors than one index holds, and for galleries that
 * grow piece by piece.
 *
 * <p>The ids of a gallery are what its own index calls its vectors, plus the sizes of all before
 * it; so each calls its own from 0 to its size. A search asks one index after the other and takes
 * the best of all.
 */
public final class JoinedIndex implements NeighborIndex {
  private final List<NeighborIndex> parts;
  private final long[] starts;
  private final Lifetime lifetime = Lifetime.of("JoinedIndex", this::closeParts);

  private JoinedIndex(List<NeighborIndex> parts, long[] starts) {
    this.parts = parts;
    this.starts = starts;
  }

  /**
   * Joins indexes.
   *
   * @param parts at least one, all of one width, similarity, and known size, whose ids are 0 to
   *     their size less 1; this one owns them from here on and closes them, unless it refuses them
   * @return the index of all
   * @throws ShapeMismatchException if one has another width than the first
   * @throws IllegalArgumentException if there is none, one has another similarity, or does not know
   *     its size
   */
  public static JoinedIndex of(List<NeighborIndex> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("parts: expected at least one");
    }
    long[] starts = new long[parts.size()];
    long size = 0;
    for (int i = 0; i < parts.size(); i++) {
      NeighborIndex part = parts.get(i);
      if (part.width() != parts.get(0).width()) {
        throw new ShapeMismatchException(
            "part "
                + i
                + ": expected the width "
                + parts.get(0).width()
                + " of the first but was "
                + part.width());
      }
      if (part.size() == UNKNOWN_SIZE || part.similarity() != parts.get(0).similarity()) {
        throw new IllegalArgumentException(
            "part "
                + i
                + ": expected an index of known size with the similarity "
                + parts.get(0).similarity());
      }
      starts[i] = size;
      size = Math.addExact(size, part.size());
    }
    return new JoinedIndex(List.copyOf(parts), starts);
  }

  @Override
  public int width() {
    return parts.get(0).width();
  }

  @Override
  public long size() {
    int last = parts.size() - 1;
    return starts[last] + parts.get(last).size();
  }

  @Override
  public Similarity similarity() {
    return parts.get(0).similarity();
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    return searchAll(new float[][] {query}, request).get(0);
  }

  @Override
  public List<List<Neighbor>> searchAll(float[][] queries, SearchRequest request) {
    try (Lifetime.Call call = lifetime.enter()) {
      List<List<Neighbor>> all = new ArrayList<>();
      for (float[] query : queries) {
        all.add(new ArrayList<>());
      }
      for (int i = 0; i < parts.size(); i++) {
        addAll(i, parts.get(i).searchAll(queries, from(starts[i], request)), all);
      }
      return all.stream().map(found -> best(found, request.k())).toList();
    }
  }

  private static SearchRequest from(long start, SearchRequest request) {
    return request.isFiltered()
        ? request.withFilter(id -> request.filter().test(start + id))
        : request;
  }

  private void addAll(int part, List<List<Neighbor>> found, List<List<Neighbor>> all) {
    for (int query = 0; query < all.size(); query++) {
      for (Neighbor neighbor : found.get(query)) {
        all.get(query)
            .add(new Neighbor(starts[part] + neighbor.id(), neighbor.score(), neighbor.metadata()));
      }
    }
  }

  @Override
  public List<List<Neighbor>> nearest(ClipVectors queries, int k) {
    try (Lifetime.Call call = lifetime.enter()) {
      return NeighborIndex.super.nearest(queries, k);
    }
  }

  private static List<Neighbor> best(List<Neighbor> found, int k) {
    return found.stream().sorted(Neighbor.BEST_FIRST).limit(k).toList();
  }

  /** Waits for searches under way, and closes all parts. */
  @Override
  public void close() {
    lifetime.close();
  }

  private void closeParts() {
    try (CloseOnFailure all = new CloseOnFailure()) {
      parts.forEach(all::add);
      all.closeAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
