// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** Layer normalisation over the last axis with gain and bias, biased variance. */
public final class LayerNorm {
  private static final double EPSILON = 1e-5;

  private final Parameter gain;
  private final Parameter bias;
  private final Shape axis;
  private final float epsilon;

  /**
   * Declares {@code weight} and {@code bias}, both {@code [width]}; epsilon is 1e-5.
   *
   * @param scope where the parameters are declared
   * @param width length of the normalised axis
   */
  public LayerNorm(ParameterScope scope, int width) {
    this(scope, width, EPSILON);
  }

  /**
   * Declares {@code weight} and {@code bias}, both {@code [width]}.
   *
   * @param scope where the parameters are declared
   * @param width length of the normalised axis
   * @param epsilon added to the variance
   */
  public LayerNorm(ParameterScope scope, int width, double epsilon) {
    this.epsilon = (float) epsilon;
    axis = new Shape(width);
    gain = scope.parameter("weight", Parameter.Type.GAMMA, axis, Initializer.constant(1));
    bias = scope.parameter("bias", Parameter.Type.BETA, axis, Initializer.constant(0));
  }

  /**
   * Normalises. Gradients flow.
   *
   * @param x {@code [..., width]}
   * @return the same shape, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    return ai.djl.nn.norm.LayerNorm.layerNorm(x, axis, gain.getArray(), bias.getArray(), epsilon)
        .singletonOrThrow();
  }

  /**
   * Normalises each pixel over its channels. Gradients flow.
   *
   * @param x {@code [batch, width, height, columns]}
   * @return the same shape, in memory channels last; owned by x's manager
   */
  public NDArray applyToChannels(NDArray x) {
    return apply(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2);
  }
}
