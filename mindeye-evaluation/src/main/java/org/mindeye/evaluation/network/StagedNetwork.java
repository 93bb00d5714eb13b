// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.nn.Initializer;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Pooling;
import org.mindeye.core.nn.ProductWeight;
import org.mindeye.core.nn.Window;
import org.mindeye.core.tensor.ColorStatistics;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.weights.StateDict;

/**
 * A convolutional network under its published names, up to the last feature that is compared. For
 * evaluation: batch norms are part of the convolutions before them, so its weights have to be read
 * through {@link #folded}.
 */
abstract class StagedNetwork extends Network implements FeatureBody {
  private static final TensorSpec PIXELS =
      TensorSpec.of("pixels").axis("batch").axis("channels", 3).axis("height").axis("width");

  private final MetricNetwork kind;
  private final List<Fold> folds = new ArrayList<>();
  private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();

  /** How many layers there are up to each feature. */
  private final List<Integer> ends = new ArrayList<>();

  StagedNetwork(MetricNetwork kind) {
    this.kind = kind;
  }

  /** Adds the layers from the feature before to the next one. */
  final void addStage(List<UnaryOperator<NDArray>> more) {
    layers.addAll(more);
    ends.add(layers.size());
  }

  /** Layers, and lists of layers, as one list. */
  @SafeVarargs
  static List<UnaryOperator<NDArray>> chain(List<UnaryOperator<NDArray>>... parts) {
    List<UnaryOperator<NDArray>> all = new ArrayList<>();
    for (List<UnaryOperator<NDArray>> part : parts) {
      all.addAll(part);
    }
    return List.copyOf(all);
  }

  /**
   * A convolution without bias and its batch norm, in one.
   *
   * @param scope where the convolution's weight is declared
   * @param norm where the norm is
   * @param channels read and written
   * @param groups of channels
   * @param epsilon of the norm
   */
  final UnaryOperator<NDArray> normed(
      ParameterScope scope,
      ParameterScope norm,
      Channels channels,
      Window window,
      int groups,
      double epsilon) {
    Shape axis = new Shape(channels.out());
    folds.add(new Fold(scope.path() + ".weight", norm.path() + '.', epsilon));
    Conv2d convolution =
        Conv2d.groupedWithBias(
            scope, channels.in(), channels.out(), window, groups, () -> shift(norm, axis));
    norm.buffer("running_mean", Parameter.Type.RUNNING_MEAN, axis, Initializer.constant(0));
    norm.buffer("running_var", Parameter.Type.RUNNING_VAR, axis, Initializer.constant(1));
    return convolution::apply;
  }

  /** Of a convolution. */
  record Channels(int in, int out) {}

  /**
   * The gain is in the convolution's weight already: it is declared, so that files must have it.
   */
  private static ProductWeight shift(ParameterScope norm, Shape axis) {
    norm.buffer("weight", Parameter.Type.GAMMA, axis, Initializer.constant(1));
    return norm.product("bias", Parameter.Type.BETA, axis, Initializer.constant(0));
  }

  /** Tensors of a file as this network computes with them. */
  final StateDict folded(StateDict file) {
    return Fold.all(folds, file);
  }

  /** The mean of each channel, {@code [batch, channels, 1, 1]}. */
  static NDArray globalMean(NDArray x) {
    return Pooling.adaptiveAverage(DataTypes.toFloat32(x), 1, 1);
  }

  @Override
  public final List<NetworkFeature> features() {
    return kind.features();
  }

  @Override
  public final int side() {
    return kind.side();
  }

  @Override
  public final ColorStatistics colors() {
    return ColorStatistics.imageNet();
  }

  @Override
  public final List<NDArray> all(NDArray pixels) {
    try (Lifetime.Call call = enter()) {
      check(pixels);
      return Temporaries.allFreed(
          () -> {
            List<NDArray> outputs = new ArrayList<>();
            NDArray x = pixels;
            int begin = 0;
            for (int end : ends) {
              x = Temporaries.through(x, layers.subList(begin, end));
              outputs.add(DataTypes.toFloat32(x));
              begin = end;
            }
            return outputs;
          });
    }
  }

  @Override
  public final NDArray upTo(int feature, NDArray pixels) {
    try (Lifetime.Call call = enter()) {
      check(pixels);
      return run(feature, pixels);
    }
  }

  /** The layers up to a feature, whatever they are given. */
  final NDArray run(int feature, NDArray x) {
    return Temporaries.freed(
        () -> DataTypes.toFloat32(Temporaries.through(x, layers.subList(0, ends.get(feature)))));
  }

  private void check(NDArray pixels) {
    device();
    PIXELS.alive(pixels);
    Shape shape = pixels.getShape();
    PIXELS.check(shape);
    int least = kind.smallestSide();
    if (shape.get(2) < least || shape.get(3) < least) {
      throw new ShapeMismatchException(
          "pixels: expected at least "
              + least
              + " a side, as "
              + kind
              + " needs, but was "
              + Arrays.toString(shape.getShape())
              + "; resize the images");
    }
    if (pixels.getDataType() != DataType.FLOAT32) {
      throw new ShapeMismatchException(
          "pixels: expected float32 values but the type is " + pixels.getDataType());
    }
  }

  @Override
  protected final NDList evaluate(NDList inputs) {
    return new NDList(all(inputs.singletonOrThrow()));
  }
}
