// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import java.util.Comparator;

/**
 * One hit of a nearest-neighbour search.
 *
 * @param id the caller's name of the gallery vector
 * @param score the cosine of query and gallery vector, in [-1, 1] up to rounding
 */
public record Neighbor(long id, float score) {
  /** The order of every result list: higher score first, equal scores by smaller id. */
  public static final Comparator<Neighbor> BEST_FIRST =
      Comparator.comparing(Neighbor::score, Comparator.reverseOrder())
          .thenComparingLong(Neighbor::id);
}
