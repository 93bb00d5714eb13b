// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

/** A linear layer and an activation in one, as one after the other. */
class LinearActivationTest {
  private static final int[] ROWS = {1, 127, 128, 300};

  @FreshManager private NDManager owner;

  private static final class Alone extends Network {
    private final Linear biased = Linear.of(scope().child("biased"), 17, 33);
    private final Linear plain = Linear.withoutBias(scope().child("plain"), 17, 33);

    Alone(Precision precision) {
      storeIn(precision);
      initialize(Device.cpu(), NoiseSource.seeded(1));
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  private NDArray normal(int rows) {
    return NoiseSource.seeded(5).normal(owner, new Shape(1, rows, 17)).mul(3);
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void should_equal_one_after_the_other(Nonlinearity activation) {
    try (GradMode off = GradMode.off();
        Alone network = new Alone(Precision.FLOAT32)) {
      for (int rows : ROWS) {
        NDArray x = normal(rows);
        for (Linear layer : new Linear[] {network.biased, network.plain}) {
          NDArray y = layer.applyThen(activation, x);
          assertThat(y.getManager()).isSameAs(owner);
          TensorAssert.assertThat(y)
              .hasShape(1, rows, 33)
              .isWithinRelativeL2(activation.apply(layer.apply(x)).toFloatArray(), 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void should_be_near_in_bfloat16(Nonlinearity activation) {
    try (GradMode off = GradMode.off();
        Alone exact = new Alone(Precision.FLOAT32);
        Alone half = new Alone(Precision.BFLOAT16)) {
      for (int rows : ROWS) {
        NDArray y = half.biased.applyThen(activation, normal(rows));
        assertThat(DataTypes.of(y)).isEqualTo(DataType.BFLOAT16);
        NDArray expected = activation.apply(exact.biased.apply(normal(rows)));
        TensorAssert.assertThat(DataTypes.toFloat32(y))
            .isWithinRelativeL2(expected.toFloatArray(), 0.008);
      }
    }
  }

  @Test
  void should_let_gradients_flow() {
    try (GradMode on = GradMode.on();
        Alone network = new Alone(Precision.FLOAT32)) {
      NDArray x = normal(200);
      x.setRequiresGradient(true);
      NDArray loss = network.biased.applyThen(Nonlinearity.QUICK_GELU, x).sum();
      NDArray plain = Nonlinearity.QUICK_GELU.apply(network.biased.apply(x)).sum();
      assertThat(Gradients.of(loss, java.util.List.of(x)).get(0))
          .isEqualTo(Gradients.of(plain, java.util.List.of(x)).get(0));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "INT8_WEIGHTS", mode = EnumSource.Mode.EXCLUDE)
  void should_leave_only_the_result_behind(Precision precision) {
    NDArray x = normal(200);
    try (GradMode off = GradMode.off();
        Alone network = new Alone(precision)) {
      for (Nonlinearity activation : Nonlinearity.values()) {
        LeakCheck.assertNoLeak(
            () -> {
              try (NDManager call = owner.newSubManager()) {
                x.attach(call);
                network.biased.applyThen(activation, x);
                x.attach(owner);
              }
            });
      }
    }
  }
}
