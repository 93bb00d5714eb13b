package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** {@code y = x Wᵀ + b} over the last axis, with torch's initial values. */
public final class Linear {
  private final Parameter weight;
  private final Parameter bias;

  private Linear(Network network, String name, int in, int out, boolean biased) {
    Initial initial = Initial.fanIn(in);
    weight = network.declare(name + ".weight", Parameter.Type.WEIGHT, new Shape(out, in), initial);
    bias =
        biased
            ? network.declare(name + ".bias", Parameter.Type.BIAS, new Shape(out), initial)
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
    return new Linear(network, name, in, out, true);
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
    return new Linear(network, name, in, out, false);
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
