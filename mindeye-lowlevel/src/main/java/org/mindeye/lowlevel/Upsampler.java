// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.ResidualConvBlock;
import org.mindeye.core.nn.Upsampling;
import org.mindeye.core.nn.Window;

/**
 * diffusers' VAE decoder: maps to larger maps, doubled between blocks. It paints the autoencoder's
 * images, and the low-level network's latents.
 */
final class Upsampler {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  private final Conv2d input;
  private final Bottleneck bottleneck;
  private final List<Stage> stages = new ArrayList<>();
  private final GroupNorm norm;
  private final Conv2d output;

  /** Residual blocks, and a doubling behind all stages but the last. */
  private record Stage(List<ResidualConvBlock> blocks, Conv2d enlarged) {
    NDArray apply(NDArray x) {
      NDArray y = x;
      for (ResidualConvBlock block : blocks) {
        y = block.apply(y);
      }
      return enlarged == null ? y : enlarged.apply(Upsampling.nearest(y, 2));
    }
  }

  /** Declares {@code conv_in}, {@code mid_block}, {@code up_blocks}, … */
  Upsampler(ParameterScope scope, int in, int out, ConvolutionStages config) {
    List<Integer> channels = config.channels();
    int width = channels.get(channels.size() - 1);
    input = Conv2d.of(scope.child("conv_in"), in, width, KERNEL);
    ParameterScope blocks = scope.child("up_blocks");
    for (int i = 0; i < channels.size(); i++) {
      int next = channels.get(channels.size() - 1 - i);
      stages.add(stage(blocks.child(i), width, next, i < channels.size() - 1, config));
      width = next;
    }
    bottleneck =
        new Bottleneck(scope.child("mid_block"), channels.get(channels.size() - 1), config);
    norm =
        new GroupNorm(
            scope.child("conv_norm_out"), config.groups(), width, ConvolutionStages.EPSILON);
    output = Conv2d.of(scope.child("conv_out"), width, out, KERNEL);
  }

  private static Stage stage(
      ParameterScope scope, int in, int out, boolean enlarges, ConvolutionStages config) {
    List<ResidualConvBlock> blocks = new ArrayList<>();
    for (int i = 0; i <= config.blocks(); i++) {
      blocks.add(config.residual(scope.child("resnets").child(i), i == 0 ? in : out, out));
    }
    ParameterScope upsampler = scope.child("upsamplers").child(0).child("conv");
    return new Stage(blocks, enlarges ? Conv2d.of(upsampler, out, out, KERNEL) : null);
  }

  /** {@code [batch, in, height, width]} to {@code [batch, out, height * 2^(stages - 1), …]}. */
  NDArray apply(NDArray x) {
    NDArray y = bottleneck.apply(input.apply(x));
    for (Stage stage : stages) {
      y = stage.apply(y);
    }
    return output.apply(Nonlinearity.SILU.apply(norm.apply(y)));
  }
}
