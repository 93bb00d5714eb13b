// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.Objects;
import java.util.function.LongPredicate;

/**
 * How to search.
 *
 * @param k how many neighbours per query, at least 1
 * @param candidates how many vectors an approximate index looks at more closely, at least {@code
 *     k}, or 0 for the index's own choice: more find more of the true neighbours and take longer.
 *     Exact indexes and servers take no notice of it
 * @param filter which ids may be found; asked from several threads if searches run in several
 */
public record SearchRequest(int k, int candidates, LongPredicate filter) {
  private static final LongPredicate ALL = id -> true;

  /** Checks the numbers. */
  public SearchRequest {
    SearchInput.requireCount(k);
    Objects.requireNonNull(filter, "filter");
    if (candidates != 0 && candidates < k) {
      throw new IllegalArgumentException(
          "candidates: expected at least k, which is "
              + k
              + ", or 0 for the index's own choice, but was "
              + candidates);
    }
  }

  /**
   * The nearest of all, found as the index does by itself.
   *
   * @param k how many neighbours per query, at least 1
   * @return the request
   */
  public static SearchRequest of(int k) {
    return new SearchRequest(k, 0, ALL);
  }

  /**
   * The same with another number of candidates.
   *
   * @param more at least {@code k}, or 0 for the index's own choice
   * @return a changed copy
   */
  public SearchRequest withCandidates(int more) {
    return new SearchRequest(k, more, filter);
  }

  /**
   * The same among some ids only. Few allowed ids make an approximate search slow: it looks at many
   * that it may not return.
   *
   * @param allowed which ids may be found
   * @return a changed copy
   */
  public SearchRequest withFilter(LongPredicate allowed) {
    return new SearchRequest(k, candidates, allowed);
  }

  /**
   * Whether some ids may not be found.
   *
   * @return whether a filter was given
   */
  public boolean isFiltered() {
    return filter != ALL;
  }
}
