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
import org.mindeye.core.nn.Window;

/** diffusers' VAE encoder: images to maps that are halved between blocks. */
final class Downsampler {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  /** A row of zeros below, a column on the right, nothing above and on the left. */
  private static final Window HALVING =
      Window.square(3).withStride(2).withPadding(new Window.Padding(0, 1, 0, 1));

  private final Conv2d input;
  private final List<Stage> stages = new ArrayList<>();
  private final Bottleneck bottleneck;
  private final GroupNorm norm;
  private final Conv2d output;

  /** Residual blocks, and a halving behind all stages but the last. */
  private record Stage(List<ResidualConvBlock> blocks, Conv2d halved) {
    NDArray apply(NDArray x) {
      NDArray y = x;
      for (ResidualConvBlock block : blocks) {
        y = block.apply(y);
      }
      return halved == null ? y : halved.apply(y);
    }
  }

  /** Declares {@code conv_in}, {@code down_blocks}, {@code mid_block}, … */
  Downsampler(ParameterScope scope, int in, int out, ConvolutionStages config) {
    List<Integer> channels = config.channels();
    int width = channels.get(0);
    input = Conv2d.of(scope.child("conv_in"), in, width, KERNEL);
    ParameterScope blocks = scope.child("down_blocks");
    for (int i = 0; i < channels.size(); i++) {
      stages.add(stage(blocks.child(i), width, channels.get(i), i < channels.size() - 1, config));
      width = channels.get(i);
    }
    bottleneck = new Bottleneck(scope.child("mid_block"), width, config);
    norm =
        new GroupNorm(
            scope.child("conv_norm_out"), config.groups(), width, ConvolutionStages.EPSILON);
    output = Conv2d.of(scope.child("conv_out"), width, out, KERNEL);
  }

  private static Stage stage(
      ParameterScope scope, int in, int out, boolean halves, ConvolutionStages config) {
    List<ResidualConvBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.blocks(); i++) {
      blocks.add(config.residual(scope.child("resnets").child(i), i == 0 ? in : out, out));
    }
    ParameterScope downsampler = scope.child("downsamplers").child(0).child("conv");
    return new Stage(blocks, halves ? Conv2d.of(downsampler, out, out, HALVING) : null);
  }

  /** {@code [batch, in, height, width]} to {@code [batch, out, height / 2^(stages - 1), …]}. */
  NDArray apply(NDArray x) {
    NDArray y = input.apply(x);
    for (Stage stage : stages) {
      y = stage.apply(y);
    }
    return output.apply(Nonlinearity.SILU.apply(norm.apply(bottleneck.apply(y))));
  }
}
