// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** Layer normalisation over the last axis with gain and bias, epsilon 1e-5, biased variance. */
public final class LayerNorm {
  private static final float EPSILON = 1e-5f;

  private final Parameter gain;
  private final Parameter bias;
  private final Shape axis;

  /**
   * Declares {@code weight} and {@code bias}, both {@code [width]}.
   *
   * @param scope where the parameters are declared
   * @param width length of the normalised axis
   */
  public LayerNorm(ParameterScope scope, int width) {
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
    return ai.djl.nn.norm.LayerNorm.layerNorm(x, axis, gain.getArray(), bias.getArray(), EPSILON)
        .singletonOrThrow();
  }
}
