// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval;

import java.util.stream.IntStream;

/**
 * How far a score from a matrix product may be from the exact cosine, at most, whatever the
 * vectors: by Cauchy and Schwarz the distance by which a vector was rounded times the length of the
 * other, and the rounding of sums.
 */
final class ScoreError {
  /** At most the length of a vector that was accepted as of length 1. */
  private static final double LENGTH = 1.002;

  /** The same of one whose numbers were rounded to bfloat16. */
  private static final double ROUNDED_LENGTH = 1.006;

  /** Of measured distances, which are lengths of float32 numbers. */
  private static final double MEASURED = 1.001;

  /** Of each step of a sum in float32, even where it is not rounded to nearest. */
  private static final double STEP = 0x1p-23;

  /** Of a number rounded to bfloat16, as a share of what was rounded. */
  private static final double BFLOAT16 = 0x1p-8;

  /** As a share of what came out. */
  private static final double BFLOAT16_RESULT = BFLOAT16 / (1 - BFLOAT16);

  private final double[] absolute;
  private final double relative;

  private ScoreError(double[] absolute, double relative) {
    this.absolute = absolute;
    this.relative = relative;
  }

  /** Of the scores of queries with some of a gallery in the same format. */
  static ScoreError of(Rows queries, Rows gallery) {
    // The last step is the exact cosine's, which is rounded to float32.
    double sums = STEP * ROUNDED_LENGTH * ROUNDED_LENGTH * (gallery.terms() + 1);
    boolean whole = gallery.chunks() == 1;
    if (gallery.isBfloat16() && !whole) {
      sums += BFLOAT16 * ROUNDED_LENGTH * ROUNDED_LENGTH;
    }
    double all = sums + MEASURED * LENGTH * gallery.farthestMoved();
    return new ScoreError(
        IntStream.range(0, queries.count())
            .mapToDouble(query -> all + MEASURED * ROUNDED_LENGTH * queries.moved(query))
            .toArray(),
        gallery.isBfloat16() && whole ? BFLOAT16_RESULT : 0);
  }

  /** The smallest cosine that may have a score. */
  double least(int query, float score) {
    return score - relative * Math.abs(score) - absolute[query];
  }

  /** The smallest score that a cosine may have; rows with smaller ones have smaller cosines. */
  float cut(int query, double cosine) {
    double score = cosine - absolute[query];
    return Math.nextDown((float) (score / (score > 0 ? 1 + relative : 1 - relative)));
  }
}
