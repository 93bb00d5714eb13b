// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** A doubling and a convolution at once, beside one after the other. */
class DoubledConvolutionTest {
  private static final int IN = 120;
  private static final int OUT = 136;

  @FreshManager private NDManager manager;

  private static final class Alone extends Network {
    private final Conv2d layer = Conv2d.of(scope(), IN, OUT, Window.square(3).withPadding(1));

    static Alone drawn(Precision precision) {
      Alone network = new Alone();
      network.storeIn(precision);
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      return network;
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(layer.applyDoubled(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private NDArray input(int batch, int height, int width) {
    return NoiseSource.seeded(2).normal(manager, new Shape(batch, IN, height, width));
  }

  private static double distance(NDArray a, NDArray b) {
    return DataTypes.toFloat32(a).sub(b).norm().getFloat() / b.norm().getFloat();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 3", "1, 5, 2", "3, 7, 8"})
  void should_be_the_same_in_any_format(int batch, int height, int width) {
    NDArray x = input(batch, height, width);
    try (Alone exact = Alone.drawn(Precision.FLOAT32);
        Alone half = Alone.drawn(Precision.BFLOAT16);
        GradMode off = GradMode.off()) {
      NDArray expected = exact.layer.apply(Upsampling.nearest(x, 2));
      assertThat(exact.layer.applyDoubled(x).toFloatArray())
          .containsExactly(expected.toFloatArray());
      NDArray found = half.layer.applyDoubled(x);
      assertThat(DataTypes.of(found)).isEqualTo(DataType.BFLOAT16);
      assertThat(found.getShape()).isEqualTo(new Shape(batch, OUT, 2L * height, 2L * width));
      assertThat(distance(found, expected)).isBetween(1e-5, 0.006);
      assertThat(distance(half.layer.apply(Upsampling.nearest(x, 2)), expected)).isLessThan(0.006);
    }
  }

  @Test
  void should_follow_weights_that_change_and_leave_nothing_behind() {
    NDArray x = input(1, 3, 4);
    try (Alone half = Alone.drawn(Precision.BFLOAT16);
        GradMode off = GradMode.off()) {
      NDArray before = DataTypes.toFloat32(half.layer.applyDoubled(x));
      half.arrays().values().forEach(each -> each.muli(2));
      assertThat(distance(half.layer.applyDoubled(x), before.mul(2))).isLessThan(1e-6);
      LeakCheck.assertNoLeak(() -> half.layer.applyDoubled(x).close());
    }
  }

  @Test
  void should_let_gradients_flow() {
    NDArray x = input(1, 2, 3);
    x.setRequiresGradient(true);
    try (Alone network = Alone.drawn(Precision.FLOAT32);
        GradMode on = GradMode.on()) {
      network.computeIn(Precision.BFLOAT16);
      network.enter().close();
      NDArray y = DataTypes.toFloat32(network.layer.applyDoubled(x));
      NDArray gradient = Gradients.of(y.sum(), List.of(x)).get(0);
      assertThat(gradient.getShape()).isEqualTo(x.getShape());
      assertThat(gradient.norm().getFloat()).isPositive();
    }
  }
}
