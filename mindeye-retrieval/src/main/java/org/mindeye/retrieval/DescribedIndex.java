// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.core.tensor.ClipVectors;

/**
 * Adds what is known about each vector to what another index finds.
 *
 * <pre>{@code
 * NeighborIndex index = DescribedIndex.of(JVectorIndex.open(path), folder::metadata);
 * }</pre>
 */
public final class DescribedIndex implements NeighborIndex {
  private final NeighborIndex index;
  private final LongFunction<Map<String, String>> metadata;

  private DescribedIndex(NeighborIndex index, LongFunction<Map<String, String>> metadata) {
    this.index = index;
    this.metadata = metadata;
  }

  /**
   * Wraps an index.
   *
   * @param index finds; this one owns it and closes it
   * @param metadata knows the vector of an id; asked for each neighbour that is returned, from the
   *     threads that search. What it says replaces what the index says under the same name
   * @return the index, described
   */
  public static DescribedIndex of(NeighborIndex index, LongFunction<Map<String, String>> metadata) {
    return new DescribedIndex(
        Objects.requireNonNull(index, "index"), Objects.requireNonNull(metadata, "metadata"));
  }

  @Override
  public int width() {
    return index.width();
  }

  @Override
  public long size() {
    return index.size();
  }

  @Override
  public Similarity similarity() {
    return index.similarity();
  }

  @Override
  public List<Neighbor> search(float[] query, SearchRequest request) {
    return described(index.search(query, request));
  }

  @Override
  public List<List<Neighbor>> searchAll(float[][] queries, SearchRequest request) {
    return index.searchAll(queries, request).stream().map(this::described).toList();
  }

  @Override
  public List<List<Neighbor>> nearest(ClipVectors queries, int k) {
    return index.nearest(queries, k).stream().map(this::described).toList();
  }

  private List<Neighbor> described(List<Neighbor> found) {
    return found.stream().map(neighbor -> neighbor.with(metadata.apply(neighbor.id()))).toList();
  }

  @Override
  public void close() {
    index.close();
  }
}
