// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.optim.LossSum;

/**
 * A loss with its graph, not read back yet.
 *
 * @param total what to differentiate
 * @param numbers the total and the terms that have a weight, in order and without a graph: what
 *     {@link #read} understands
 */
record WeightedLoss(NDArray total, NDArray numbers) {

  /**
   * Adds the terms, each times its weight, in their order.
   *
   * @param terms all of the recipe
   * @param values scalars of those that have a weight
   */
  static WeightedLoss of(List<LossTerm> terms, Map<String, NDArray> values) {
    requireAll(terms, values);
    // What a schedule freezes makes constants of terms that depend on nothing else.
    LossSum sum = LossSum.withConstants();
    List<NDArray> scalars = new ArrayList<>();
    for (LossTerm term : terms) {
      if (term.used()) {
        sum.add(term.weight(), values.get(term.name()));
        scalars.add(values.get(term.name()));
      }
    }
    scalars.add(0, sum.total());
    try (GradMode off = GradMode.off()) {
      return new WeightedLoss(sum.total(), NDArrays.stack(new NDList(scalars)));
    }
  }

  private static void requireAll(List<LossTerm> terms, Map<String, NDArray> values) {
    List<String> used = terms.stream().filter(LossTerm::used).map(LossTerm::name).toList();
    if (!values.keySet().equals(new TreeSet<>(used))) {
      throw new IllegalStateException(
          "the loss: expected the terms " + used + " but was given " + values.keySet());
    }
  }

  /**
   * Names the numbers of one batch among those of a step.
   *
   * @param terms all of the recipe
   * @param numbers of one batch after another
   * @param part which batch
   * @return {@code total} and all terms, unweighted; what is left out is 0
   */
  static NamedValues read(List<LossTerm> terms, double[] numbers, int part) {
    int each = 1 + (int) terms.stream().filter(LossTerm::used).count();
    int next = part * each;
    NamedValues values = NamedValues.NONE.with(LossTerm.TOTAL, numbers[next++]);
    for (LossTerm term : terms) {
      values = values.with(term.name(), term.used() ? numbers[next++] : 0.0);
    }
    return values;
  }
}
