// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

/**
 * How long a run is, and from how much.
 *
 * @param epochs passes over the training samples
 * @param stepsPerEpoch optimiser steps per epoch
 * @param trainingSamples samples to train on
 * @param validationSamples samples to judge by
 */
public record RunLength(int epochs, int stepsPerEpoch, int trainingSamples, int validationSamples) {
  /** Checks the numbers. */
  public RunLength {
    Requirements.atLeast("epochs", 1, epochs);
    Requirements.atLeast("stepsPerEpoch", 1, stepsPerEpoch);
  }

  /**
   * The length of the whole run.
   *
   * @return optimiser steps
   */
  public long totalSteps() {
    return (long) epochs * stepsPerEpoch;
  }

  /** The last step of an epoch. */
  long lastStep(long epoch) {
    return (epoch + 1) * stepsPerEpoch - 1;
  }
}
