// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.mindeye.core.optim.LearningRateSchedule;

/** Opens to the tests of recipes in other packages what a loop gives to a recipe. */
public final class LossProbe {
  private LossProbe() {}

  /** The first batch of a step. */
  public static StepContext context(NDManager manager, int epoch, long step, long seed) {
    return new StepContext(manager, new StepContext.Position(epoch, step, 0), seed);
  }

  /** The weighted sum of a loss, with its graph. */
  public static <B> NDArray total(StepLoss<B> loss, B batch, StepContext step) {
    return WeightedLoss.of(loss.terms(), loss.evaluate(batch, step)).total();
  }

  /** The rates of a run. */
  public static LearningRateSchedule schedule(
      OptimizerConfig optimizer, int epochs, int stepsPerEpoch) {
    return optimizer.learningRate().over(epochs, stepsPerEpoch);
  }
}
