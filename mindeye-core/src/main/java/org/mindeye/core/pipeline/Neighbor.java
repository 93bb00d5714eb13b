// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * One hit of a nearest-neighbour search.
 *
 * @param id the caller's name of the gallery vector
 * @param score the similarity of query and gallery vector: for most galleries the cosine, in [-1,
 *     1] up to rounding
 * @param metadata what the gallery knows about the vector, by name: a caption, where its image is;
 *     empty where it knows nothing. Cannot be changed
 */
public record Neighbor(long id, float score, Map<String, String> metadata) {
  /** The order of every result list: higher score first, equal scores by smaller id. */
  public static final Comparator<Neighbor> BEST_FIRST =
      Comparator.comparing(Neighbor::score, Comparator.reverseOrder())
          .thenComparingLong(Neighbor::id);

  /** Copies the metadata. */
  public Neighbor {
    metadata = Map.copyOf(metadata);
  }

  /**
   * A hit of which no more is known.
   *
   * @param id the caller's name of the gallery vector
   * @param score its similarity with the query
   */
  public Neighbor(long id, float score) {
    this(id, score, Map.of());
  }

  /**
   * The same with more metadata.
   *
   * @param more replaces what is there under the same name
   * @return a changed copy
   */
  public Neighbor with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(metadata);
    all.putAll(more);
    return new Neighbor(id, score, all);
  }
}
