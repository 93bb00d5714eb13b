// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Temporaries;

/**
 * The residual block of Stable Diffusion's networks (diffusers' {@code ResnetBlock2D}), here
 * without a time embedding: group norm, SiLU and a 3 x 3 convolution, twice, added to the input. An
 * input of another width goes through a 1 x 1 convolution first.
 */
public final class ResidualConvBlock {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  private final List<UnaryOperator<NDArray>> layers;
  private final Conv2d shortcut;

  /**
   * Declares {@code norm1}, {@code conv1}, {@code norm2}, {@code conv2} and, where the width
   * changes, {@code conv_shortcut}.
   *
   * @param scope where the parameters are declared
   * @param in channels read
   * @param out channels written
   * @param groups of both norms
   * @param epsilon of both norms: 1e-6 in Stable Diffusion's autoencoder
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public ResidualConvBlock(ParameterScope scope, int in, int out, int groups, double epsilon) {
    GroupNorm norm1 = new GroupNorm(scope.child("norm1"), groups, in, epsilon);
    Conv2d conv1 = Conv2d.of(scope.child("conv1"), in, out, KERNEL);
    GroupNorm norm2 = new GroupNorm(scope.child("norm2"), groups, out, epsilon);
    Conv2d conv2 = Conv2d.of(scope.child("conv2"), out, out, KERNEL);
    layers =
        List.of(
            norm1::apply,
            Nonlinearity.SILU::apply,
            conv1::apply,
            norm2::apply,
            Nonlinearity.SILU::apply,
            conv2::apply);
    shortcut =
        in == out ? null : Conv2d.of(scope.child("conv_shortcut"), in, out, Window.square(1));
  }

  /**
   * Applies the block. Gradients flow; without a graph, at most three tensors of the input's size
   * are there at once.
   *
   * @param x {@code [batch, in, height, width]}
   * @return {@code [batch, out, height, width]}, owned by x's manager
   */
  public NDArray apply(NDArray x) {
    return Temporaries.freed(
        () -> {
          NDArray y = Temporaries.through(x, layers);
          return y.add(shortcut == null ? x : shortcut.apply(x));
        });
  }
}
