// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/**
 * The loss of one batch: the one place where a recipe's objective is written down.
 *
 * @param <B> a batch
 */
public interface StepLoss<B> {
  /**
   * What the loss is made of, and how it is weighed.
   *
   * @return in order, the same throughout a run
   */
  List<LossTerm> terms();

  /**
   * Computes every term that has a weight, in the graph of the step. The loop weighs and adds them.
   *
   * @param batch what to learn from
   * @param step where the run is, who owns the tensors, and all randomness
   * @return a scalar of shape {@code []} by the name of each term that has a weight
   */
  Map<String, NDArray> evaluate(B batch, StepContext step);

  /**
   * Names the samples of a batch, for messages.
   *
   * @param batch some samples
   * @return a name for each row
   */
  List<String> keys(B batch);

  /**
   * Which loss an epoch trains, where it changes on the way.
   *
   * @param epoch 0 for the first
   * @return a word without commas
   */
  default String name(int epoch) {
    return "loss";
  }
}
