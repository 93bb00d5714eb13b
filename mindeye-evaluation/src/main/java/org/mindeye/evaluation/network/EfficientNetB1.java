// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Pooling;
import org.mindeye.core.nn.Window;

/** EfficientNet-B1 (Tan and Le 2019, as in torchvision) up to its global mean. */
final class EfficientNetB1 extends StagedNetwork {
  private static final double EPSILON = 1e-5;
  private static final Window ONE = Window.square(1);
  private static final int STEM = 32;
  private static final int LAST = 1280;
  private static final UnaryOperator<NDArray> SILU = Nonlinearity.SILU::apply;

  /**
   * Blocks of one width.
   *
   * @param expansion how much wider a block is inside
   * @param kernel rows and columns that its depthwise convolution sees
   * @param stride of the first block
   * @param width of the blocks' results
   * @param blocks how many
   */
  private record Stage(int expansion, int kernel, int stride, int width, int blocks) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 3, 1, 16, 2),
          new Stage(6, 3, 2, 24, 3),
          new Stage(6, 5, 2, 40, 3),
          new Stage(6, 3, 2, 80, 4),
          new Stage(6, 5, 1, 112, 4),
          new Stage(6, 5, 2, 192, 5),
          new Stage(6, 3, 1, 320, 2));

  EfficientNetB1() {
    super(MetricNetwork.EFFICIENTNET_B1);
    ParameterScope features = scope().child("features");
    List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    Window halving = Window.square(3).withStride(2).withPadding(1);
    layers.add(unit(features.child(0), 3, STEM, halving, 1));
    layers.add(SILU);
    int in = STEM;
    for (int s = 0; s < STAGES.size(); s++) {
      Stage stage = STAGES.get(s);
      for (int b = 0; b < stage.blocks; b++) {
        ParameterScope block = features.child(s + 1).child(b).child("block");
        layers.add(block(block, in, b == 0 ? stage.stride : 1, stage));
        in = stage.width;
      }
    }
    layers.add(unit(features.child(STAGES.size() + 1), in, LAST, ONE, 1));
    layers.add(SILU);
    layers.add(StagedNetwork::globalMean);
    addStage(layers);
  }

  private UnaryOperator<NDArray> unit(
      ParameterScope scope, int in, int out, Window window, int groups) {
    return normed(scope.child(0), scope.child(1), new Channels(in, out), window, groups, EPSILON);
  }

  /** Wider, each channel by itself, weighed, and narrow again; added where the shape stays. */
  private UnaryOperator<NDArray> block(ParameterScope scope, int in, int stride, Stage stage) {
    List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    int inside = in * stage.expansion;
    int part = 0;
    if (stage.expansion > 1) {
      layers.add(unit(scope.child(part++), in, inside, ONE, 1));
      layers.add(SILU);
    }
    Window window = Window.square(stage.kernel).withStride(stride).withPadding(stage.kernel / 2);
    layers.add(unit(scope.child(part++), inside, inside, window, inside));
    layers.add(SILU);
    layers.add(weighed(scope.child(part++), inside, in / 4));
    layers.add(unit(scope.child(part), inside, stage.width, ONE, 1));
    return stride == 1 && in == stage.width
        ? x -> Temporaries.through(x, layers).addi(x)
        : x -> Temporaries.through(x, layers);
  }

  /** Squeeze and excitation: channels times what their means say. */
  private static UnaryOperator<NDArray> weighed(ParameterScope scope, int width, int narrow) {
    Conv2d squeeze = Conv2d.of(scope.child("fc1"), width, narrow, ONE);
    Conv2d excite = Conv2d.of(scope.child("fc2"), narrow, width, ONE);
    return x -> {
      NDArray means = Pooling.adaptiveAverage(x, 1, 1);
      return x.mul(Activation.sigmoid(excite.apply(SILU.apply(squeeze.apply(means)))));
    };
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), LAST, 1, 1)};
  }
}
