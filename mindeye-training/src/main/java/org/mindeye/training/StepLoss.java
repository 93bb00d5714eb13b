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
   * What the loss is made of, and how it is weighted.
   *
   * @return in order, the same throughout a run
   */
  List<LossTerm> terms();

  /**
   * Computes every term that has a weight, in the graph of the step. The loop weights and adds
   * them, and reads all numbers of a step once: read nothing here, and use losses that do not look
   * at their own value ({@code evaluateUnchecked}, {@code DiffusionPrior.withUncheckedLoss}).
   *
   * <p>The same batch and context must give the same terms again: when a loss of several
   * accumulated batches is NaN, the loop computes it again to find out why.
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
   * What to do when a term has become NaN or infinite although everything noted in the step's
   * context is finite.
   *
   * @param term its name; {@link LossTerm#TOTAL} if the terms are finite and their sum is not
   * @return the end of the message
   */
  default String remedy(String term) {
    return "lower the learning rate";
  }

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
