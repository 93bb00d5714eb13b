// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

/**
 * How a score compares with those of images and reconstructions that do not belong together.
 *
 * @param chance the mean score of such pairs
 * @param pValue one-sided: how often a random pairing would score at least as well; at least {@code
 *     1 / (permutations + 1)}
 * @param permutations how many random pairings were drawn
 * @param shuffle which pairings
 */
public record Significance(double chance, double pValue, int permutations, Shuffle shuffle) {
  /**
   * With the chance that theory gives.
   *
   * @param exact for example 0.5 where one of two is right
   * @return a changed copy
   */
  public Significance withChance(double exact) {
    return new Significance(exact, pValue, permutations, shuffle);
  }
}
