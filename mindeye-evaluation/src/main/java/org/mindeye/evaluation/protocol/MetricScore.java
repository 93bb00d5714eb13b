// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.List;
import java.util.Objects;
import org.mindeye.evaluation.statistics.Better;
import org.mindeye.evaluation.statistics.Significance;
import org.mindeye.evaluation.statistics.Uncertainty;

/**
 * One number of a table, and what it is made of.
 *
 * @param metric as the protocol calls it
 * @param better which direction is the good one
 * @param mean the number
 * @param uncertainty of the mean, over images
 * @param significance against pairs that do not belong together
 * @param each the score of every image, in the order of the ids
 * @param undefined ids of images whose score is undefined, because a picture is one gray throughout
 *     or its features are all the same. They are counted as unrelated: a correlation of 0, a
 *     distance of 1, and in two-way identification every comparison lost. The original's mean is
 *     NaN there, but for two-way identification, which counts them so too
 */
public record MetricScore(
    String metric,
    Better better,
    double mean,
    Uncertainty uncertainty,
    Significance significance,
    List<Double> each,
    List<String> undefined) {
  /** Copies the lists. */
  public MetricScore {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(better, "better");
    Objects.requireNonNull(uncertainty, "uncertainty");
    Objects.requireNonNull(significance, "significance");
    each = List.copyOf(each);
    undefined = List.copyOf(undefined);
  }
}
