// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.List;

/**
 * How often the right image of two was more similar.
 *
 * @param counts for each question, how many of the other images lost to the right one
 * @param constantOriginals positions of originals whose features are all the same, so that they
 *     have no correlation with anything: they lose where they are the right answer, and where they
 *     are the wrong one, the right one loses to them, as published
 * @param constantReconstructions the same of reconstructions
 */
public record TwoWayScores(
    List<Integer> counts, List<Integer> constantOriginals, List<Integer> constantReconstructions) {
  /** Copies the lists. */
  public TwoWayScores {
    counts = List.copyOf(counts);
    constantOriginals = List.copyOf(constantOriginals);
    constantReconstructions = List.copyOf(constantReconstructions);
    if (counts.size() < 2) {
      throw new IllegalArgumentException(
          "counts: expected at least 2 images but was " + counts.size());
    }
  }

  /**
   * The share of comparisons that the right image won; the published figure.
   *
   * @return in [0, 1]; chance is 0.5
   */
  public double score() {
    // Of whole numbers, so that no rounding depends on their order.
    return counts.stream().mapToLong(count -> count).sum()
        / ((double) counts.size() * (counts.size() - 1));
  }

  /**
   * The share of comparisons won in each question.
   *
   * @return in [0, 1], in the order of the images
   */
  public double[] each() {
    double others = counts.size() - 1.0;
    return counts.stream().mapToDouble(count -> count / others).toArray();
  }

  /**
   * Whether every image has features that can be correlated.
   *
   * @return false if a list of constant images is not empty
   */
  public boolean isDefined() {
    return constantOriginals.isEmpty() && constantReconstructions.isEmpty();
  }
}
