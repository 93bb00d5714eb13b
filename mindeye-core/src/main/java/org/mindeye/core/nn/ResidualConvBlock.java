// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mindeye.core.engine.Temporaries;

/**
 * The residual block of Stable Diffusion's networks (diffusers' {@code ResnetBlock2D}): group norm,
 * SiLU and a 3 x 3 convolution, twice, added to the input. An input of another width goes through a
 * 1 x 1 convolution first. In networks that are given a timestep, a map of its embedding's SiLU is
 * added to all positions between the two.
 */
public final class ResidualConvBlock {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final Linear time;
  private final GroupNorm norm2;
  private final Conv2d conv2;
  private final Conv2d shortcut;

  /** Without a timestep for an embedding of width 0. */
  private ResidualConvBlock(
      ParameterScope scope, int in, int out, int embedding, int groups, double epsilon) {
    norm1 = new GroupNorm(scope.child("norm1"), groups, in, epsilon);
    conv1 = Conv2d.of(scope.child("conv1"), in, out, KERNEL);
    time = embedding == 0 ? null : Linear.of(scope.child("time_emb_proj"), embedding, out);
    norm2 = new GroupNorm(scope.child("norm2"), groups, out, epsilon);
    conv2 = Conv2d.of(scope.child("conv2"), out, out, KERNEL);
    shortcut =
        in == out ? null : Conv2d.of(scope.child("conv_shortcut"), in, out, Window.square(1));
  }

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
    this(scope, in, out, 0, groups, epsilon);
  }

  /**
   * Declares {@code time_emb_proj} besides.
   *
   * @param scope where the parameters are declared
   * @param in channels read
   * @param out channels written
   * @param embedding numbers of a timestep's embedding, from 1
   * @param groups of both norms
   * @param epsilon of both norms: 1e-5 in Stable Diffusion's UNet
   * @return the layer
   * @throws IllegalArgumentException if the groups do not divide the channels, or there is no
   *     embedding
   */
  public static ResidualConvBlock timed(
      ParameterScope scope, int in, int out, int embedding, int groups, double epsilon) {
    if (embedding < 1) {
      throw new IllegalArgumentException(
          scope + ": expected an embedding of at least 1 number but was " + embedding);
    }
    return new ResidualConvBlock(scope, in, out, embedding, groups, epsilon);
  }

  /**
   * Applies a block that knows no timestep. Gradients flow; without a graph, at most three tensors
   * of the input's size are there at once.
   *
   * @param x {@code [batch, in, height, width]}
   * @return {@code [batch, out, height, width]}, owned by x's manager
   * @throws IllegalStateException if the block is {@link #timed}
   */
  public NDArray apply(NDArray x) {
    return apply(x, null);
  }

  /**
   * Applies a block. Gradients flow, without a graph as {@link #apply(NDArray)}.
   *
   * @param x {@code [batch, in, height, width]}
   * @param embedding of the timestep, {@code [batch, embedding]} or {@code [1, embedding]} for the
   *     whole batch
   * @return {@code [batch, out, height, width]}, owned by x's manager
   * @throws IllegalStateException if the block is not {@link #timed}
   */
  public NDArray apply(NDArray x, NDArray embedding) {
    if ((time == null) != (embedding == null)) {
      throw new IllegalStateException(
          time == null
              ? "this block knows no timestep: apply it to x alone"
              : "this block needs the timestep's embedding besides x");
    }
    return Temporaries.freed(
        () -> {
          NDArray y =
              Temporaries.through(
                  x,
                  List.of(
                      norm1::applyThenSilu,
                      z -> shifted(conv1.apply(z), embedding),
                      norm2::applyThenSilu,
                      conv2::apply));
          return y.addi(shortcut == null ? x : shortcut.apply(x));
        });
  }

  private NDArray shifted(NDArray x, NDArray embedding) {
    if (time == null) {
      return x;
    }
    NDArray shift = time.apply(Nonlinearity.SILU.apply(embedding));
    return x.addi(shift.expandDims(2).expandDims(3));
  }
}
