// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.List;
import java.util.Objects;
import org.mindeye.evaluation.RetrievalDirection;
import org.mindeye.evaluation.statistics.Significance;
import org.mindeye.evaluation.statistics.Uncertainty;

/**
 * Retrieval one way.
 *
 * @param direction named by query and gallery
 * @param publishedLabel what the paper's tables call this direction
 * @param top1 the share of queries that find a right answer first, among all samples
 * @param uncertainty of top1, for other queries in the same gallery
 * @param significance of top1, against answers that are dealt at random
 * @param pools top-1 among few candidates, as published
 * @param ranks where the first right answer of each query stands among all samples, from 1
 */
public record DirectionResult(
    RetrievalDirection direction,
    String publishedLabel,
    double top1,
    Uncertainty uncertainty,
    Significance significance,
    PoolResult pools,
    List<Integer> ranks) {
  /** Copies the list. */
  public DirectionResult {
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(publishedLabel, "publishedLabel");
    Objects.requireNonNull(uncertainty, "uncertainty");
    Objects.requireNonNull(significance, "significance");
    Objects.requireNonNull(pools, "pools");
    ranks = List.copyOf(ranks);
  }
}
