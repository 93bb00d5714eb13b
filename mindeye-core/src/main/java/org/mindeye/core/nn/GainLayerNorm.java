// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.mindeye.core.internal.kernel.GainNorm;

/**
 * Layer normalisation over the last axis with a gain and no bias, epsilon 1e-5, biased variance.
 */
public final class GainLayerNorm {
  private final Parameter gain;

  /**
   * Declares {@code g} {@code [width]}.
   *
   * @param scope where the parameter is declared
   * @param width length of the normalised axis
   */
  public GainLayerNorm(ParameterScope scope, int width) {
    gain = scope.parameter("g", Parameter.Type.GAMMA, new Shape(width), Initializer.constant(1));
  }

  /**
   * Normalises. Gradients flow.
   *
   * @param x {@code [..., width]}
   * @return the same shape, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    return GainNorm.apply(x, gain.getArray());
  }

  /**
   * Divides each row by its largest value, sign included, and normalises; see {@link
   * GainNorm#stable}. Gradients flow.
   *
   * @param x {@code [..., width]}
   * @return the same shape, owned by x's manager
   */
  public NDArray applyStable(NDArray x) {
    return GainNorm.stable(x, gain.getArray());
  }
}
