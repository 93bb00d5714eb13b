// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Pooling;
import org.mindeye.core.nn.Window;

/**
 * The five convolutions of AlexNet (Krizhevsky 2014, as in torchvision), compared after the second
 * and the fifth, activation included.
 */
final class AlexNet extends StagedNetwork {
  private static final Window HALVING = Window.square(3).withStride(2);
  private static final UnaryOperator<NDArray> RELU = Nonlinearity.RELU::apply;
  private static final UnaryOperator<NDArray> POOL = x -> Pooling.max(x, HALVING);

  AlexNet() {
    super(MetricNetwork.ALEXNET);
    ParameterScope features = scope().child("features");
    Window five = Window.square(5).withPadding(2);
    Window three = Window.square(3).withPadding(1);
    Window eleven = Window.square(11).withStride(4).withPadding(2);
    addStage(
        List.of(
            convolution(features.child(0), 3, 64, eleven),
            RELU,
            POOL,
            convolution(features.child(3), 64, 192, five),
            RELU));
    addStage(
        List.of(
            POOL,
            convolution(features.child(6), 192, 384, three),
            RELU,
            convolution(features.child(8), 384, 256, three),
            RELU,
            convolution(features.child(10), 256, 256, three),
            RELU));
  }

  private static UnaryOperator<NDArray> convolution(
      ParameterScope scope, int in, int out, Window window) {
    return Conv2d.of(scope, in, out, window)::apply;
  }

  private static long pooled(long side) {
    return (side - 3) / 2 + 1;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape in = inputShapes[0];
    long rows = pooled((in.get(2) + 4 - 11) / 4 + 1);
    long columns = pooled((in.get(3) + 4 - 11) / 4 + 1);
    return new Shape[] {
      new Shape(in.get(0), 192, rows, columns),
      new Shape(in.get(0), 256, pooled(rows), pooled(columns))
    };
  }
}
