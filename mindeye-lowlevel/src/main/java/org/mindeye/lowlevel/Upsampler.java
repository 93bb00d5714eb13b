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

/**
 * diffusers' VAE decoder: maps to larger maps, doubled between blocks. It paints the autoencoder's
 * images, and the low-level network's latents.
 */
final class Upsampler {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  /** All of it in the order of the data. */
  private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();

  /** Declares {@code conv_in}, {@code mid_block}, {@code up_blocks}, … */
  Upsampler(ParameterScope scope, int in, int out, ConvolutionStages config) {
    List<Integer> channels = config.channels();
    int width = channels.get(channels.size() - 1);
    Conv2d input = Conv2d.of(scope.child("conv_in"), in, width, KERNEL);
    ParameterScope blocks = scope.child("up_blocks");
    List<UnaryOperator<NDArray>> stages = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      int next = channels.get(channels.size() - 1 - i);
      stages.addAll(stage(blocks.child(i), width, next, i < channels.size() - 1, config));
      width = next;
    }
    Bottleneck bottleneck =
        new Bottleneck(scope.child("mid_block"), channels.get(channels.size() - 1), config);
    GroupNorm norm =
        new GroupNorm(
            scope.child("conv_norm_out"), config.groups(), width, ConvolutionStages.EPSILON);
    Conv2d output = Conv2d.of(scope.child("conv_out"), width, out, KERNEL);
    layers.add(input::apply);
    layers.addAll(bottleneck.layers());
    layers.addAll(stages);
    layers.addAll(List.of(norm::applyThenSilu, output::apply));
  }

  /** Residual blocks, and a doubling behind all stages but the last. */
  private static List<UnaryOperator<NDArray>> stage(
      ParameterScope scope, int in, int out, boolean enlarges, ConvolutionStages config) {
    List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    for (int i = 0; i <= config.blocks(); i++) {
      ResidualConvBlock block =
          config.residual(scope.child("resnets").child(i), i == 0 ? in : out, out);
      layers.add(block::apply);
    }
    if (enlarges) {
      ParameterScope upsampler = scope.child("upsamplers").child(0).child("conv");
      Conv2d enlarged = Conv2d.of(upsampler, out, out, KERNEL);
      layers.add(enlarged::applyDoubled);
    }
    return layers;
  }

  /** {@code [batch, in, height, width]} to {@code [batch, out, height * 2^(stages - 1), …]}. */
  NDArray apply(NDArray x) {
    return Temporaries.through(x, layers);
  }
}
