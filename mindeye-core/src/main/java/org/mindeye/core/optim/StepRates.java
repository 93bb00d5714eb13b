// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

/**
 * What a schedule says about one step.
 *
 * @param learningRate step size
 * @param beta1 decay of AdamW's first moment (the one-cycle schedule moves it)
 */
public record StepRates(double learningRate, double beta1) {
  /** Checks the numbers. */
  public StepRates {
    if (!(learningRate >= 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning rate: expected a finite number of 0 or more but was " + learningRate);
    }
    if (!(beta1 >= 0 && beta1 < 1)) {
      throw new IllegalArgumentException("beta1: expected a number in [0, 1) but was " + beta1);
    }
  }
}
