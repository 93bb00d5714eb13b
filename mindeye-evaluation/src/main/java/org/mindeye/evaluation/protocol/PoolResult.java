// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Top-1 among small pools of the samples.
 *
 * @param mean over the pools; the published figure
 * @param halfWidth of the 95 % interval over the pools, as published: of other pools of the same
 *     samples. None where the pool is the whole set
 * @param chance what guessing reaches
 * @param each the accuracy of every pool, in the order in which they were drawn
 */
public record PoolResult(
    double mean, Optional<Double> halfWidth, double chance, List<Double> each) {
  /** Copies the list. */
  public PoolResult {
    Objects.requireNonNull(halfWidth, "halfWidth");
    each = List.copyOf(each);
  }
}
