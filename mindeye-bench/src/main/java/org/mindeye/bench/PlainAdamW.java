// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

/** AdamW as the formula reads, for one number. */
final class PlainAdamW {
  private static final double EPSILON = 1e-8;

  private PlainAdamW() {}

  /** The first step: both moments, corrected for their bias, are the gradient and its square. */
  static double firstStep(double weight, double gradient, double learningRate, double decay) {
    double decayed = weight * (1 - learningRate * decay);
    return decayed - learningRate * gradient / (Math.abs(gradient) + EPSILON);
  }
}
