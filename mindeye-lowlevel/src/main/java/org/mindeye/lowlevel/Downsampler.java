// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;
import org.mindeye.core.nn.Window;

/** diffusers' VAE encoder: images to maps that are halved between blocks. */
final class Downsampler {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  /** A row of zeros below, a column on the right, nothing above and on the left. */
  private static final Window HALVING =
      Window.square(3).withStride(2).withPadding(new Window.Padding(0, 1, 0, 1));

  /** All of it in the order of the data. */
  private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();

  /** Declares {@code conv_in}, {@code down_blocks}, {@code mid_block}, … */
  Downsampler(ParameterScope scope, int in, int out, ConvolutionStages config) {
    List<Integer> channels = config.channels();
    int width = channels.get(0);
    Conv2d input = Conv2d.of(scope.child("conv_in"), in, width, KERNEL);
    layers.add(input::apply);
    ParameterScope blocks = scope.child("down_blocks");
    for (int i = 0; i < channels.size(); i++) {
      layers.addAll(
          stage(blocks.child(i), width, channels.get(i), i < channels.size() - 1, config));
      width = channels.get(i);
    }
    Bottleneck bottleneck = new Bottleneck(scope.child("mid_block"), width, config);
    GroupNorm norm =
        new GroupNorm(
            scope.child("conv_norm_out"), config.groups(), width, ConvolutionStages.EPSILON);
    Conv2d output = Conv2d.of(scope.child("conv_out"), width, out, KERNEL);
    layers.addAll(bottleneck.layers());
    layers.addAll(List.of(norm::applyThenSilu, output::apply));
  }

  /** Residual blocks, and a halving behind all stages but the last. */
  private static List<UnaryOperator<NDArray>> stage(
      ParameterScope scope, int in, int out, boolean halves, ConvolutionStages config) {
    List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    for (int i = 0; i < config.blocks(); i++) {
      ResidualConvBlock block =
          config.residual(scope.child("resnets").child(i), i == 0 ? in : out, out);
      layers.add(block::apply);
    }
    if (halves) {
      ParameterScope downsampler = scope.child("downsamplers").child(0).child("conv");
      Conv2d halved = Conv2d.of(downsampler, out, out, HALVING);
      layers.add(halved::apply);
    }
    return layers;
  }

  /** {@code [batch, in, height, width]} to {@code [batch, out, height / 2^(stages - 1), …]}. */
  NDArray apply(NDArray x) {
    return Temporaries.through(x, layers);
  }
}
