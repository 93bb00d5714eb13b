// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** {@code y = x Wᵀ + b} over the last axis; torch's initial values unless others are given. */
public final class Linear {
  private final Parameter weight;
  private final Parameter bias;

  private Linear(
      Network network, String name, int in, int out, Initial initial, Initial initialBias) {
    weight = network.declare(name + ".weight", Parameter.Type.WEIGHT, new Shape(out, in), initial);
    bias =
        initialBias != null
            ? network.declare(name + ".bias", Parameter.Type.BIAS, new Shape(out), initialBias)
            : null;
  }

  /**
   * Declares {@code name.weight} {@code [out, in]} and {@code name.bias} {@code [out]}.
   *
   * @param network the owner of the parameters
   * @param name prefix of the published names
   * @param in numbers read per row
   * @param out numbers written per row
   * @return the layer
   */
  public static Linear of(Network network, String name, int in, int out) {
    return new Linear(network, name, in, out, Initial.fanIn(in), Initial.fanIn(in));
  }

  /**
   * Declares {@code name.weight} {@code [out, in]} and {@code name.bias} {@code [out]}, the bias 0
   * before training.
   *
   * @param network the owner of the parameters
   * @param name prefix of the published names
   * @param in numbers read per row
   * @param out numbers written per row
   * @param initial what the weight holds before training
   * @return the layer
   */
  public static Linear of(Network network, String name, int in, int out, Initial initial) {
    return new Linear(network, name, in, out, initial, Initial.constant(0));
  }

  /**
   * Declares {@code name.weight} {@code [out, in]} only.
   *
   * @param network the owner of the parameter
   * @param name prefix of the published name
   * @param in numbers read per row
   * @param out numbers written per row
   * @return the layer
   */
  public static Linear withoutBias(Network network, String name, int in, int out) {
    return withoutBias(network, name, in, out, Initial.fanIn(in));
  }

  /**
   * Declares {@code name.weight} {@code [out, in]} only.
   *
   * @param network the owner of the parameter
   * @param name prefix of the published name
   * @param in numbers read per row
   * @param out numbers written per row
   * @param initial what the weight holds before training
   * @return the layer
   */
  public static Linear withoutBias(Network network, String name, int in, int out, Initial initial) {
    return new Linear(network, name, in, out, initial, null);
  }

  /**
   * Applies the layer. Gradients flow.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    return bias == null
        ? ai.djl.nn.core.Linear.linear(x, weight.getArray()).singletonOrThrow()
        : ai.djl.nn.core.Linear.linear(x, weight.getArray(), bias.getArray()).singletonOrThrow();
  }
}
