// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * Batch normalisation of the second axis, of vectors and images. In training it normalises with the
 * biased variance over all other axes and moves the running statistics by a tenth, the variance
 * unbiased.
 */
public final class BatchNorm {
  private static final double EPSILON = 1e-5;

  /** DJL keeps this share of the old statistics; torch's "momentum 0.1" is the complement. */
  private static final float KEPT = 0.9f;

  private final Parameter gain;
  private final Parameter bias;
  private final Parameter runningMean;
  private final Parameter runningVariance;
  private final Parameter batches;
  private final float epsilon;

  /**
   * Declares {@code weight}, {@code bias}, {@code running_mean}, {@code running_var} (all {@code
   * [width]}) and {@code num_batches_tracked} (an int64 scalar); epsilon is 1e-5.
   *
   * @param scope where the parameters are declared
   * @param width length of the second axis
   */
  public BatchNorm(ParameterScope scope, int width) {
    this(scope, width, EPSILON);
  }

  /**
   * Declares the same.
   *
   * @param scope where the parameters are declared
   * @param width length of the second axis
   * @param epsilon added to the variance
   */
  public BatchNorm(ParameterScope scope, int width, double epsilon) {
    this.epsilon = (float) epsilon;
    Shape axis = new Shape(width);
    Initializer zero = Initializer.constant(0);
    Initializer one = Initializer.constant(1);
    gain = scope.parameter("weight", Parameter.Type.GAMMA, axis, one);
    bias = scope.parameter("bias", Parameter.Type.BETA, axis, zero);
    runningMean = scope.buffer("running_mean", Parameter.Type.RUNNING_MEAN, axis, zero);
    runningVariance = scope.buffer("running_var", Parameter.Type.RUNNING_VAR, axis, one);
    batches =
        scope
            .withType(DataType.INT64)
            .buffer("num_batches_tracked", Parameter.Type.OTHER, new Shape(), zero);
  }

  /**
   * Normalises. Gradients flow; in training the running statistics change.
   *
   * @param x {@code [batch, width]} or {@code [batch, width, height, columns]}, at least 2 numbers
   *     of each channel in training
   * @param mode training or evaluation
   * @return the same shape, owned by x's manager
   */
  public NDArray apply(NDArray x, Mode mode) {
    if (mode.training()) {
      batches.getArray().addi(1);
    }
    return ai.djl.nn.norm.BatchNorm.batchNorm(
            x,
            runningMean.getArray(),
            runningVariance.getArray(),
            gain.getArray(),
            bias.getArray(),
            1,
            KEPT,
            epsilon,
            mode.training())
        .singletonOrThrow();
  }
}
