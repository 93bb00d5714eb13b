// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import com.google.common.base.CaseFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of all numbers that a run reports, in the order of the tables.
 *
 * @param terms of the loss
 * @param scores of the validation; a score that is called like a term, or {@code total}, is that
 *     loss on the validation samples
 */
public record ReportNames(List<LossTerm> terms, List<Score> scores) {
  /** Checks that each name is there once. */
  public ReportNames {
    terms = List.copyOf(terms);
    scores = List.copyOf(scores);
    requireOnce(terms.stream().map(LossTerm::name).toList());
    requireOnce(scores.stream().map(Score::name).toList());
    if (terms.stream().noneMatch(LossTerm::used)) {
      throw new IllegalArgumentException(
          "terms: expected at least one with a weight, so that there is something to minimise,"
              + " but was "
              + terms);
    }
  }

  private static void requireOnce(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("the name '" + name + "' is there twice: " + names);
      }
    }
  }

  /** Refuses to choose by what no validator measures. */
  void requireMeasured(SelectionRule rule) {
    for (Score score : rule.scores()) {
      List<String> needed = score.measured() ? List.of(score.name()) : score.meanOf();
      if (!measured().containsAll(needed)) {
        throw new IllegalArgumentException(
            "selection: it needs the scores " + needed + " but the validator gives " + measured());
      }
    }
  }

  /** Refuses other scores than were announced. */
  void requireAnnounced(NamedValues scores) {
    if (!List.copyOf(scores.names()).equals(measured())) {
      throw new IllegalStateException(
          "the validator: expected the scores "
              + measured()
              + ", in this order, but it gave "
              + scores.names());
    }
  }

  /** The names of a loss: the total, then its terms. */
  List<String> losses() {
    List<String> names = new ArrayList<>();
    names.add(LossTerm.TOTAL);
    terms.forEach(term -> names.add(term.name()));
    return names;
  }

  /** The losses that are not left out. */
  List<String> usedLosses() {
    List<String> names = losses();
    terms.stream().filter(term -> !term.used()).forEach(term -> names.remove(term.name()));
    return names;
  }

  /** The scores that a validator measures. */
  List<String> measured() {
    return scores.stream().filter(Score::measured).map(Score::name).toList();
  }

  /** What tables and curves call a name: {@code mean_squared}, and {@code loss} for the total. */
  static String snake(String name) {
    return name.equals(LossTerm.TOTAL)
        ? "loss"
        : CaseFormat.LOWER_CAMEL.to(CaseFormat.LOWER_UNDERSCORE, name);
  }
}
