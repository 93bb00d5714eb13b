// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Pooling;
import org.mindeye.core.nn.Window;

/**
 * ResNet-50 (He et al. 2015) whose 3 x 3 convolutions carry the stride, as in torchvision and in
 * SwAV (Caron et al. 2020), up to its global mean.
 */
final class ResNet50 extends StagedNetwork {
  private static final double EPSILON = 1e-5;
  private static final Window ONE = Window.square(1);
  private static final Window THREE = Window.square(3).withPadding(1);
  private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
  private static final int STEM = 64;
  private static final int WIDENING = 4;
  private static final UnaryOperator<NDArray> RELU = Nonlinearity.RELU::apply;

  ResNet50() {
    super(MetricNetwork.RESNET50);
    List<UnaryOperator<NDArray>> layers = new ArrayList<>();
    Window seven = Window.square(7).withStride(2).withPadding(3);
    layers.add(unit(scope(), "conv1", "bn1", new Channels(3, STEM), seven));
    layers.add(RELU);
    layers.add(x -> Pooling.max(x, THREE.withStride(2)));
    int in = STEM;
    for (int i = 0; i < BLOCKS.size(); i++) {
      int width = STEM << i;
      for (int b = 0; b < BLOCKS.get(i); b++) {
        int stride = b == 0 && i > 0 ? 2 : 1;
        layers.add(bottleneck(scope().child("layer" + (i + 1)).child(b), in, width, stride));
        in = WIDENING * width;
      }
    }
    layers.add(StagedNetwork::globalMean);
    addStage(layers);
  }

  private UnaryOperator<NDArray> unit(
      ParameterScope scope, String convolution, String norm, Channels channels, Window window) {
    return normed(scope.child(convolution), scope.child(norm), channels, window, 1, EPSILON);
  }

  /** The first of each layer changes width and size, and has a convolution for its input too. */
  private UnaryOperator<NDArray> bottleneck(ParameterScope scope, int in, int width, int stride) {
    int out = WIDENING * width;
    List<UnaryOperator<NDArray>> layers =
        List.of(
            unit(scope, "conv1", "bn1", new Channels(in, width), ONE),
            RELU,
            unit(scope, "conv2", "bn2", new Channels(width, width), THREE.withStride(stride)),
            RELU,
            unit(scope, "conv3", "bn3", new Channels(width, out), ONE));
    UnaryOperator<NDArray> shortcut =
        in == out
            ? UnaryOperator.identity()
            : unit(
                scope.child("downsample"), "0", "1", new Channels(in, out), ONE.withStride(stride));
    return x -> RELU.apply(Temporaries.through(x, layers).addi(shortcut.apply(x)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), WIDENING * (STEM << 3), 1, 1)};
  }
}
