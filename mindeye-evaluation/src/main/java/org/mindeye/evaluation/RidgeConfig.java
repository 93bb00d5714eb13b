// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Which penalties to try, and what makes one better than another.
 *
 * @param lambdas the penalties, positive, at least one
 * @param score what is maximised on the validation pairs
 */
public record RidgeConfig(List<Double> lambdas, PredictionScore score) {
  /** Checks and copies the penalties. */
  public RidgeConfig {
    lambdas = List.copyOf(lambdas);
    Objects.requireNonNull(score, "score");
    if (lambdas.isEmpty()) {
      throw new IllegalArgumentException("lambdas: expected at least one penalty");
    }
    for (double lambda : lambdas) {
      if (!(lambda > 0) || Double.isInfinite(lambda)) {
        throw new IllegalArgumentException(
            "lambdas: expected positive, finite penalties but found " + lambda);
      }
    }
  }

  /**
   * Penalties at equal ratios, both ends included, scored by {@linkplain
   * PredictionScore#meanCosine() mean cosine}. The useful range grows with the variance of the
   * inputs: for z-scored voxels, {@code 1} to {@code 100 * voxels} is a wide one.
   *
   * @param from the smallest penalty, positive
   * @param to the largest penalty, larger than {@code from}
   * @param count how many, at least 2
   * @return the configuration
   * @throws IllegalArgumentException if the range or the count is not as described
   */
  public static RidgeConfig logSpaced(double from, double to, int count) {
    if (!(from > 0) || !(to > from) || count < 2) {
      throw new IllegalArgumentException(
          "penalties: expected 0 < from < to and at least 2 of them but was from="
              + from
              + ", to="
              + to
              + ", count="
              + count);
    }
    double ratio = Math.log(to / from) / (count - 1);
    return new RidgeConfig(
        IntStream.range(0, count).mapToObj(i -> from * Math.exp(ratio * i)).toList(),
        PredictionScore.meanCosine());
  }

  /**
   * The same penalties under another score.
   *
   * @param other what is maximised
   * @return a changed copy
   */
  public RidgeConfig withScore(PredictionScore other) {
    return new RidgeConfig(lambdas, other);
  }
}
