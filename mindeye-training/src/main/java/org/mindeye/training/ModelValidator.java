// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;

/**
 * Judges a model after every epoch, on samples that it is not trained on.
 *
 * @param <M> the model
 */
public interface ModelValidator<M> {
  /**
   * How many samples it judges by.
   *
   * @return at least 1
   */
  int samples();

  /**
   * The scores.
   *
   * @return in order, the same throughout a run
   */
  List<Score> scores();

  /**
   * Judges a model: the same for the same weights and epoch.
   *
   * @param model to be judged, the moving average where there is one; not changed
   * @param epoch 0 for the first
   * @return a value for each score that is measured, in their order, finite
   */
  NamedValues score(M model, int epoch);
}
