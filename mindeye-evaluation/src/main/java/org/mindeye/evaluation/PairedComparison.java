// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Arrays;
import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;
import org.mindeye.MindEyeException;

/**
 * Which of two methods finds more of the same images: McNemar's test, exact. Only images that one
 * method finds and the other does not can tell them apart; if the methods were equally good, each
 * of these would be as likely as the toss of a coin to be the first one's. Intervals of the two
 * methods, side by side, answer another question: they do not know that the images are the same.
 *
 * <p>Source: McNemar 1947, "Note on the sampling error of the difference between correlated
 * proportions or percentages", in its exact (binomial) form.
 *
 * @param both images that both methods find at once
 * @param onlyFirst images that only the first method finds
 * @param onlySecond images that only the second method finds
 * @param neither images that neither finds
 * @param pValue two-sided: how often equally good methods would differ by at least as much
 */
public record PairedComparison(
    int both, int onlyFirst, int onlySecond, int neither, double pValue) {
  /** A p-value below this one is called a difference. */
  public static final double LEVEL = 0.05;

  /**
   * Compares top-1 retrieval in the whole gallery.
   *
   * @param first a method
   * @param second another one, on the same samples in the same order
   * @return the comparison
   * @throws MindEyeException if the samples or the direction are not the same
   */
  public static PairedComparison top1(DirectionScores first, DirectionScores second) {
    if (!Arrays.equals(first.imageIds(), second.imageIds())
        || !first.query().equals(second.query())) {
      throw new MindEyeException(
          "paired comparison: expected two methods on the same samples in the same direction but"
              + " found "
              + first
              + " and "
              + second
              + (first.size() == second.size() ? " with different image ids" : ""));
    }
    int[] one = first.ranks();
    int[] other = second.ranks();
    int[] counts = new int[4];
    for (int i = 0; i < one.length; i++) {
      counts[(one[i] == 1 ? 0 : 2) + (other[i] == 1 ? 0 : 1)]++;
    }
    return of(counts[0], counts[1], counts[2], counts[3]);
  }

  /**
   * Compares by counts.
   *
   * @param both images that both methods find
   * @param onlyFirst images that only the first method finds
   * @param onlySecond images that only the second method finds
   * @param neither images that neither finds
   * @return the comparison
   * @throws IllegalArgumentException if a count is negative
   */
  public static PairedComparison of(int both, int onlyFirst, int onlySecond, int neither) {
    if (Math.min(Math.min(both, neither), Math.min(onlyFirst, onlySecond)) < 0) {
      throw new IllegalArgumentException("paired comparison: expected counts of at least 0");
    }
    int apart = onlyFirst + onlySecond;
    double pValue =
        apart == 0
            ? 1
            : new BinomialTest()
                .binomialTest(
                    apart, Math.min(onlyFirst, onlySecond), 0.5, AlternativeHypothesis.TWO_SIDED);
    return new PairedComparison(both, onlyFirst, onlySecond, neither, Math.min(1, pValue));
  }

  /**
   * Whether the first method is better by more than chance.
   *
   * @return true if it finds more, and the p-value is below {@link #LEVEL}
   */
  public boolean firstIsBetter() {
    return onlyFirst > onlySecond && pValue < LEVEL;
  }

  /**
   * Whether the second method is better by more than chance.
   *
   * @return true if it finds more, and the p-value is below {@link #LEVEL}
   */
  public boolean secondIsBetter() {
    return onlySecond > onlyFirst && pValue < LEVEL;
  }
}
