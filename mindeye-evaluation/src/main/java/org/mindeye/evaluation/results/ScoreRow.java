// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.Objects;
import java.util.Optional;
import org.mindeye.evaluation.Estimate;
import org.mindeye.evaluation.HitRate;

/**
 * A score beside what it is to be compared with.
 *
 * @param metric what it measures
 * @param value the score, finite
 * @param interval where another draw would lie; holds the value
 * @param chance what guessing reaches
 * @param ceiling what is the best that can be reached
 */
public record ScoreRow(
    Metric metric,
    double value,
    Optional<Interval> interval,
    Optional<Double> chance,
    Optional<Double> ceiling) {
  /** Rounded numbers of publications may lie outside their interval by so much. */
  private static final double ROUNDING = 1e-9;

  /** Checks that all numbers are finite and the value lies in its interval. */
  public ScoreRow {
    Objects.requireNonNull(metric, "metric");
    requireFinite(metric, "value", value);
    chance.ifPresent(guess -> requireFinite(metric, "chance", guess));
    ceiling.ifPresent(best -> requireFinite(metric, "ceiling", best));
    if (interval.isPresent()
        && (value < interval.get().low() - ROUNDING || value > interval.get().high() + ROUNDING)) {
      throw new IllegalArgumentException(
          metric.key()
              + ": expected the interval to hold "
              + value
              + " but it is "
              + interval.get().low()
              + " to "
              + interval.get().high());
    }
  }

  private static void requireFinite(Metric metric, String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          metric.key() + ": expected a finite " + what + " but was " + value);
    }
  }

  /**
   * A score alone.
   *
   * @param metric what it measures
   * @param value the score, finite
   * @return a row without anything to compare it with
   */
  public static ScoreRow of(Metric metric, double value) {
    return new ScoreRow(metric, value, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * A mean.
   *
   * @param metric what it measures
   * @param estimate the mean, with its interval if it has one
   * @return the row
   */
  public static ScoreRow of(Metric metric, Estimate estimate) {
    ScoreRow row = of(metric, estimate.mean());
    return estimate.hasInterval() ? row.within(estimate.low(), estimate.high()) : row;
  }

  /**
   * A share of hits.
   *
   * @param metric what it measures
   * @param hits how many succeeded
   * @return the row, with the exact interval
   */
  public static ScoreRow of(Metric metric, HitRate hits) {
    return of(metric, hits.share()).within(hits.low(), hits.high());
  }

  /**
   * The same score with an interval.
   *
   * @param low its lower end, at most the value
   * @param high its upper end, at least the value
   * @return a new row
   */
  public ScoreRow within(double low, double high) {
    return new ScoreRow(metric, value, Optional.of(new Interval(low, high)), chance, ceiling);
  }

  /**
   * The same score beside chance.
   *
   * @param guessing what guessing reaches, finite
   * @return a new row
   */
  public ScoreRow withChance(double guessing) {
    return new ScoreRow(metric, value, interval, Optional.of(guessing), ceiling);
  }

  /**
   * The same score beside the best that can be reached.
   *
   * @param best finite
   * @return a new row
   */
  public ScoreRow withCeiling(double best) {
    return new ScoreRow(metric, value, interval, chance, Optional.of(best));
  }

  /**
   * The value as it stands in tables.
   *
   * @return for example {@code 0.392 [0.380, 0.405]}
   */
  public String text() {
    return interval
        .map(ends -> metric.write(value) + " [" + bare(ends.low()) + ", " + bare(ends.high()) + "]")
        .orElseGet(() -> metric.write(value));
  }

  /** Without the sign that the value has already. */
  private String bare(double end) {
    return metric.write(end).replace(" %", "");
  }
}
