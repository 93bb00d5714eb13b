// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.results;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The scores of one method.
 *
 * @param name of the method; says of what data it is where that differs
 * @param source where published scores were read; empty for scores that were measured
 * @param scores at least one, each of another metric
 */
public record ScoredMethod(String name, Optional<String> source, List<ScoreRow> scores) {
  /** Checks that there are scores of different metrics. */
  public ScoredMethod {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    scores = List.copyOf(scores);
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("method '" + name + "': expected at least one score");
    }
    Set<String> keys = new HashSet<>();
    for (ScoreRow score : scores) {
      if (!keys.add(score.metric().key())) {
        throw new IllegalArgumentException(
            "method '"
                + name
                + "': expected one score of "
                + score.metric().key()
                + " but has two");
      }
    }
  }

  /**
   * Scores that were measured.
   *
   * @param name of the method
   * @param scores at least one, each of another metric
   * @return the method
   */
  public static ScoredMethod of(String name, ScoreRow... scores) {
    return new ScoredMethod(name, Optional.empty(), List.of(scores));
  }

  /**
   * One of the scores.
   *
   * @param metric which one
   * @return empty if the method has no such score
   */
  public Optional<ScoreRow> score(Metric metric) {
    return scores.stream().filter(score -> score.metric().key().equals(metric.key())).findFirst();
  }
}
