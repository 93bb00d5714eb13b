// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Window;

/**
 * All but the timestep's embedding: down to small maps, through the middle, and up again, where
 * each block also sees what a block of the way down made.
 */
final class UnetBody {
  private static final Window KERNEL = Window.square(3).withPadding(1);

  /** Of which every result is seen on the way up. */
  private final List<UnetLayer> down = new ArrayList<>();

  private final List<UnetLayer> middle;
  private final List<UpStage> up = new ArrayList<>();
  private final List<UnaryOperator<NDArray>> end;

  /** Blocks that take one result each of the way down; then maps double, except in the last. */
  private record UpStage(List<UnetBlock> blocks, Conv2d enlarged) {}

  /** Declares {@code conv_in}, {@code down_blocks}, {@code mid_block}, {@code up_blocks}, … */
  UnetBody(ParameterScope scope, ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    int first = stages.channels().get(0);
    Conv2d input = Conv2d.of(scope.child("conv_in"), config.channels(), first, KERNEL);
    down.add((x, inputs) -> Temporaries.freed(() -> input.apply(x)));
    for (int stage = 0; stage < stages.count(); stage++) {
      declareDown(scope.child("down_blocks").child(stage), stage, config);
    }
    ParameterScope mid = scope.child("mid_block");
    int deepest = stages.deepest();
    middle =
        List.of(
            new UnetBlock(mid, 0, deepest, deepest, true, config),
            new UnetBlock(mid, 1, deepest, deepest, false, config));
    for (int stage = stages.count() - 1; stage >= 0; stage--) {
      declareUp(scope.child("up_blocks").child(up.size()), stage, config);
    }
    GroupNorm norm =
        new GroupNorm(scope.child("conv_norm_out"), stages.groups(), first, UnetBlock.EPSILON);
    Conv2d output = Conv2d.of(scope.child("conv_out"), first, config.channels(), KERNEL);
    end = List.of(norm::applyThenSilu, output::apply);
  }

  private void declareDown(ParameterScope scope, int stage, ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    int out = stages.channels().get(stage);
    boolean attends = stages.attention().get(stage);
    for (int i = 0; i < stages.blocks(); i++) {
      int in = i == 0 ? stages.channels().get(Math.max(0, stage - 1)) : out;
      down.add(new UnetBlock(scope, i, in, out, attends, config));
    }
    if (stage < stages.count() - 1) {
      ParameterScope place = scope.child("downsamplers").child(0).child("conv");
      Conv2d halved = Conv2d.of(place, out, out, KERNEL.withStride(2));
      down.add((x, inputs) -> Temporaries.freed(() -> halved.apply(x)));
    }
  }

  private void declareUp(ParameterScope scope, int stage, ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    int out = stages.channels().get(stage);
    int in = stages.channels().get(Math.min(stage + 1, stages.count() - 1));
    List<UnetBlock> blocks = new ArrayList<>();
    for (int i = 0; i <= stages.blocks(); i++) {
      int skipped = i < stages.blocks() ? out : stages.channels().get(Math.max(0, stage - 1));
      int joined = (i == 0 ? in : out) + skipped;
      blocks.add(new UnetBlock(scope, i, joined, out, stages.attention().get(stage), config));
    }
    ParameterScope place = scope.child("upsamplers").child(0).child("conv");
    up.add(new UpStage(blocks, stage == 0 ? null : Conv2d.of(place, out, out, KERNEL)));
  }

  /** All of them, in the order of the data. */
  Stream<SpatialTransformer> transformers() {
    Stream<UnetLayer> before = Stream.concat(down.stream(), middle.stream());
    return Stream.concat(before, up.stream().flatMap(stage -> stage.blocks().stream()))
        .flatMap(UnetLayer::transformers);
  }

  /** {@code [batch, channels, height, width]} to the same; twice the batch if it is guided. */
  NDArray apply(NDArray noisy, StepInputs inputs) {
    Deque<NDArray> skips = new ArrayDeque<>();
    NDArray x = noisy;
    for (UnetLayer layer : down) {
      x = layer.apply(x, inputs);
      skips.push(x);
    }
    x = Temporaries.through(x, middle.stream().map(layer -> bound(layer, inputs)).toList());
    for (UpStage stage : up) {
      for (UnetBlock block : stage.blocks()) {
        x = joined(block, x, skips.pop(), inputs);
      }
      if (stage.enlarged() != null) {
        x = replaced(x, List.of(stage.enlarged()::applyDoubled));
      }
    }
    return replaced(x, end);
  }

  private static UnaryOperator<NDArray> bound(UnetLayer layer, StepInputs inputs) {
    return x -> layer.apply(x, inputs);
  }

  private static NDArray joined(UnetBlock block, NDArray x, NDArray skip, StepInputs inputs) {
    NDArray result =
        Temporaries.freed(() -> block.apply(x.concat(StepInputs.asMany(skip, x), 1), inputs));
    x.close();
    skip.close();
    return result;
  }

  private static NDArray replaced(NDArray x, List<? extends UnaryOperator<NDArray>> layers) {
    NDArray result = Temporaries.through(x, layers);
    x.close();
    return result;
  }
}
