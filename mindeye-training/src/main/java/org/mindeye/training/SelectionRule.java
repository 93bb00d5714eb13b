// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;

/**
 * Which of two models is the better one: by the first score in which they differ.
 *
 * @param scores at least one; all have a direction
 */
public record SelectionRule(List<Score> scores) {
  /** Checks the scores. */
  public SelectionRule {
    scores = List.copyOf(scores);
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("scores: expected one to choose by but there is none");
    }
    for (Score score : scores) {
      if (score.direction() == Score.Direction.NEITHER) {
        throw new IllegalArgumentException(
            score.name() + ": expected a score that says which way is better");
      }
    }
  }

  /**
   * A rule.
   *
   * @param scores the first one counts, and where it is equal the next
   * @return the rule
   */
  public static SelectionRule by(Score... scores) {
    return new SelectionRule(List.of(scores));
  }

  /**
   * Compares the scores of two models.
   *
   * @param some the scores of the one
   * @param others the scores of the other
   * @return whether the first is better; false if they are equal
   * @throws IllegalArgumentException if a score is missing
   */
  public boolean better(NamedValues some, NamedValues others) {
    for (Score score : scores) {
      double a = score.in(some);
      double b = score.in(others);
      if (a != b) {
        return score.direction() == Score.Direction.HIGHER ? a > b : a < b;
      }
    }
    return false;
  }
}
