// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.mindeye.core.optim.LossSum;
import org.mindeye.core.tensor.NotFiniteException;

/**
 * A loss with its graph.
 *
 * @param total what to differentiate
 * @param terms {@code total} and all terms, unweighted; what is left out is 0
 */
record WeightedLoss(NDArray total, NamedValues terms) {

  /**
   * Weighs the terms and adds them, in their order.
   *
   * @param terms all of the recipe
   * @param values scalars of those that have a weight
   * @throws NotFiniteException if the sum is no number
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
    NamedValues read = read(terms, scalars);
    if (!Double.isFinite(read.value(LossTerm.TOTAL))) {
      throw new NotFiniteException("the loss became " + read);
    }
    return new WeightedLoss(sum.total(), read);
  }

  private static void requireAll(List<LossTerm> terms, Map<String, NDArray> values) {
    List<String> used = terms.stream().filter(LossTerm::used).map(LossTerm::name).toList();
    if (!values.keySet().equals(new TreeSet<>(used))) {
      throw new IllegalStateException(
          "the loss: expected the terms " + used + " but was given " + values.keySet());
    }
  }

  /** All at once: each reading waits for the device. */
  private static NamedValues read(List<LossTerm> terms, List<NDArray> scalars) {
    float[] numbers;
    try (NDArray together = NDArrays.stack(new NDList(scalars))) {
      numbers = together.toFloatArray();
    }
    NamedValues values = NamedValues.NONE.with(LossTerm.TOTAL, numbers[0]);
    int next = 1;
    for (LossTerm term : terms) {
      values = values.with(term.name(), term.used() ? numbers[next++] : 0.0);
    }
    return values;
  }
}
