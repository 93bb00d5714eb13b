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
   * Declares {@code name.g} {@code [width]}.
   *
   * @param network the owner of the parameter
   * @param name prefix of the published name
   * @param width length of the normalised axis
   */
  public GainLayerNorm(Network network, String name, int width) {
    gain =
        network.declare(name + ".g", Parameter.Type.GAMMA, new Shape(width), Initial.constant(1));
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
