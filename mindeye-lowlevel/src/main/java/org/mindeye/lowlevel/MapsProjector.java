// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.GroupNorm;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.nn.ParameterScope;
import org.mindeye.core.nn.Window;

/** Features of every position of the maps, for comparison with a teacher's: training only. */
final class MapsProjector {
  /** The width of the teacher's features. */
  static final int WIDTH = 512;

  private static final Window ONE = Window.square(1);

  private final Conv2d first;
  private final GroupNorm firstNorm;
  private final Conv2d second;
  private final GroupNorm secondNorm;
  private final Conv2d third;

  /** Declares the layers {@code 0}, {@code 1}, {@code 3}, {@code 4} and {@code 6}. */
  MapsProjector(ParameterScope scope, int channels) {
    first = Conv2d.withoutBias(scope.child(0), channels, WIDTH, ONE);
    firstNorm = new GroupNorm(scope.child(1), 1, WIDTH, LowLevelNetwork.NORM_EPSILON);
    second = Conv2d.withoutBias(scope.child(3), WIDTH, WIDTH, ONE);
    secondNorm = new GroupNorm(scope.child(4), 1, WIDTH, LowLevelNetwork.NORM_EPSILON);
    third = Conv2d.of(scope.child(6), WIDTH, WIDTH, ONE);
  }

  /** {@code [batch, channels, height, width]} to {@code [batch, height * width, 512]}. */
  NDArray apply(NDArray maps) {
    return Temporaries.through(
        maps,
        List.of(
            first::apply,
            firstNorm::apply,
            Nonlinearity.RELU::apply,
            second::apply,
            secondNorm::apply,
            Nonlinearity.RELU::apply,
            third::apply,
            MapsProjector::positions));
  }

  private static NDArray positions(NDArray x) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), -1).transpose(0, 2, 1);
  }
}
