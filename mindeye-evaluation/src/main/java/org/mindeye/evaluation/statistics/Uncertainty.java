// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;

/**
 * How much a mean over images would differ for other images: the percentile bootstrap (Efron and
 * Tibshirani 1993, chapter 13). Images are drawn with replacement, as many as there are, the mean
 * of their scores is taken, and the interval holds the middle share of such means.
 *
 * <p>What is drawn are the scores of images, as they are. Where the score of an image depends on
 * the other images, as in two-way identification and retrieval, these others stay the same pool
 * throughout: to draw images and compare them again would give an image that is drawn twice a
 * double, which ties with it, and lower the score. The interval is therefore of other images among
 * the same others.
 *
 * @param standardError the standard deviation of the scores (divided by their number less 1) over
 *     the square root of their number
 * @param low the lower percentile of the resampled means
 * @param high the upper percentile
 * @param level the share of resampled means between them
 * @param resamples how many means were drawn
 */
public record Uncertainty(
    double standardError, double low, double high, double level, int resamples) {
  private static final double PERCENT = 100;

  /**
   * Resamples scores.
   *
   * @param scores one for each image, at least two, finite
   * @param config level and resamples; its seed is not used
   * @param noise draws the images
   * @return the uncertainty of their mean
   * @throws IllegalArgumentException if there are less than two
   * @throws NotFiniteException if a score is not finite
   */
  public static Uncertainty ofMean(double[] scores, StatisticsConfig config, NoiseSource noise) {
    if (scores.length < 2) {
      throw new IllegalArgumentException(
          "scores: expected at least 2 but was "
              + scores.length
              + "; one score says nothing about how much others would differ");
    }
    if (!Double.isFinite(StatUtils.sum(scores))) {
      throw new NotFiniteException(
          "scores: expected finite numbers but their sum is " + StatUtils.sum(scores));
    }
    double[] means = new double[config.resamples()];
    float[] draws = new float[scores.length];
    for (int i = 0; i < means.length; i++) {
      noise.uniform(draws);
      double sum = 0;
      for (float draw : draws) {
        sum += scores[(int) (draw * scores.length)];
      }
      means[i] = sum / scores.length;
    }
    double tail = PERCENT * (1 - config.level()) / 2;
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(means);
    return new Uncertainty(
        Math.sqrt(StatUtils.variance(scores) / scores.length),
        percentile.evaluate(Math.max(tail, Double.MIN_VALUE)),
        percentile.evaluate(PERCENT - tail),
        config.level(),
        config.resamples());
  }
}
