// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Locale;
import org.mindeye.core.internal.kernel.ActivatedLinear;
import org.mindeye.core.internal.kernel.LinearKernel;
import org.mindeye.core.internal.kernel.QuantizedLinear;
import org.mindeye.core.internal.kernel.Silu;

/** {@code y = x Wᵀ + b} over the last axis; torch's initial values unless others are given. */
public final class Linear {
  private final ProductWeight weight;
  private final ProductWeight bias;

  private Linear(
      ParameterScope scope, int in, int out, Initializer initial, Initializer initialBias) {
    weight = scope.matrix("weight", new Shape(out, in), initial);
    bias =
        initialBias != null
            ? scope.product("bias", Parameter.Type.BIAS, new Shape(out), initialBias)
            : null;
  }

  /**
   * Declares {@code weight} {@code [out, in]} and {@code bias} {@code [out]}.
   *
   * @param scope where the parameters are declared
   * @param in numbers read per row
   * @param out numbers written per row
   * @return the layer
   */
  public static Linear of(ParameterScope scope, int in, int out) {
    return new Linear(scope, in, out, Initializer.fanIn(in), Initializer.fanIn(in));
  }

  /**
   * Declares {@code weight} {@code [out, in]} and {@code bias} {@code [out]}, the bias 0 before
   * training.
   *
   * @param scope where the parameters are declared
   * @param in numbers read per row
   * @param out numbers written per row
   * @param initial what the weight holds before training
   * @return the layer
   */
  public static Linear of(ParameterScope scope, int in, int out, Initializer initial) {
    return new Linear(scope, in, out, initial, Initializer.constant(0));
  }

  /**
   * Declares {@code weight} {@code [out, in]} only.
   *
   * @param scope where the parameter is declared
   * @param in numbers read per row
   * @param out numbers written per row
   * @return the layer
   */
  public static Linear withoutBias(ParameterScope scope, int in, int out) {
    return withoutBias(scope, in, out, Initializer.fanIn(in));
  }

  /**
   * Declares {@code weight} {@code [out, in]} only.
   *
   * @param scope where the parameter is declared
   * @param in numbers read per row
   * @param out numbers written per row
   * @param initial what the weight holds before training
   * @return the layer
   */
  public static Linear withoutBias(ParameterScope scope, int in, int out, Initializer initial) {
    return new Linear(scope, in, out, initial, null);
  }

  /**
   * Applies the layer, in the format of its network ({@link Network#storeIn}). Gradients flow.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out]}, bfloat16 if the layer computes in that; owned by x's manager
   */
  public NDArray apply(NDArray x) {
    NDArray w = weight.array();
    NDArray b = bias == null ? null : bias.array();
    return switch (weight.type()) {
      case INT8 -> QuantizedLinear.apply(x, w, weight.scales(), b);
      case BFLOAT16 -> LinearKernel.applyHalf(x, w, b);
      default ->
          LinearKernel.suits(x, w)
              ? LinearKernel.apply(x, w, b)
              : ai.djl.nn.core.Linear.linear(x, w, b).singletonOrThrow();
    };
  }

  /**
   * Applies the layer and an activation to what it writes: in one pass where that is faster.
   * Gradients flow.
   *
   * @param x {@code [..., in]}
   * @param activation what follows
   * @return {@code [..., out]}, bfloat16 if the layer computes in that; owned by x's manager
   */
  public NDArray applyThen(Nonlinearity activation, NDArray x) {
    NDArray w = weight.array();
    return bias != null && ActivatedLinear.suits(x, w, weight.type())
        ? ActivatedLinear.apply(activation.name().toLowerCase(Locale.ROOT), x, w, bias.array())
        : activation.apply(apply(x));
  }

  /**
   * GEGLU (Shazeer 2020): the first half of the channels written, times the exact GELU of the
   * second. Gradients flow.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out / 2]}, owned by x's manager
   */
  public NDArray applyGated(NDArray x) {
    if (bias != null && suitsGated(x)) {
      return LinearKernel.applyGated(x, weight.array(), bias.array());
    }
    NDList halves = apply(x).split(2, x.getShape().dimension() - 1);
    return halves.get(0).mul(Nonlinearity.GELU.apply(halves.get(1)));
  }

  /**
   * SwiGLU (Shazeer 2020): the first half of the channels written, times the SiLU of the second.
   * Gradients flow.
   *
   * @param x {@code [..., in]}
   * @return {@code [..., out / 2]}, owned by x's manager
   */
  public NDArray applySwishGated(NDArray x) {
    return bias == null && suitsGated(x)
        ? LinearKernel.applySwishGated(x, weight.array())
        : Silu.gate(apply(x));
  }

  private boolean suitsGated(NDArray x) {
    return weight.type() == DataType.BFLOAT16
        ? LinearKernel.suitsHalfGated(x)
        : weight.type() != DataType.INT8 && LinearKernel.suitsGated(x, weight.array());
  }
}
