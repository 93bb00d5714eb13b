// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ProductWeightsTest {
  @FreshManager private NDManager owner;

  /** A linear layer, a norm and a linear layer. */
  private static final class Small extends Network {
    private final Linear first;
    private final LayerNorm norm;
    private final Linear second;
    private final Set<Precision> offered;

    Small(Set<Precision> offered) {
      this.offered = offered;
      first = Linear.of(scope().child("first").ofFewRows(), 24, 40);
      norm = new LayerNorm(scope().child("norm"), 40);
      second = Linear.of(scope().child("second"), 40, 8);
    }

    Small() {
      this(EnumSet.allOf(Precision.class));
    }

    @Override
    protected Set<Precision> precisions() {
      return offered;
    }

    NDArray forward(NDArray x) {
      try (Lifetime.Call call = enter()) {
        return DataTypes.toFloat32(second.apply(norm.apply(first.apply(x))));
      }
    }

    @Override
    protected NDList evaluate(NDList inputs) {
      return new NDList(forward(inputs.singletonOrThrow()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return new Shape[] {new Shape(inputShapes[0].get(0), 8)};
    }
  }

  private static Small small(Precision stored) {
    Small network = new Small();
    network.storeIn(stored);
    network.initialize(Device.cpu(), NoiseSource.seeded(3));
    return network;
  }

  private NDArray input(int rows) {
    return NoiseSource.seeded(4).normal(owner, new Shape(rows, 24));
  }

  private static double distance(NDArray a, NDArray b) {
    return a.sub(b).norm().getFloat() / b.norm().getFloat();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 200})
  void should_compute_nearly_the_same_in_every_format(int rows) {
    try (Small exact = small(Precision.FLOAT32);
        Small half = small(Precision.BFLOAT16);
        Small integers = small(Precision.INT8_WEIGHTS)) {
      NDArray x = input(rows);
      NDArray expected = exact.forward(x);
      assertThat(distance(half.forward(x), expected)).isBetween(1e-5, 0.01);
      assertThat(distance(integers.forward(x), expected)).isBetween(1e-4, 0.02);
    }
  }

  @Test
  void should_keep_products_in_the_format_and_norms_in_float32() {
    try (Small half = small(Precision.BFLOAT16);
        Small integers = small(Precision.INT8_WEIGHTS)) {
      assertThat(DataTypes.of(half.arrays().get("first.weight"))).isEqualTo(DataType.BFLOAT16);
      assertThat(DataTypes.of(half.arrays().get("first.bias"))).isEqualTo(DataType.BFLOAT16);
      assertThat(DataTypes.of(half.arrays().get("norm.weight"))).isEqualTo(DataType.FLOAT32);
      assertThat(DataTypes.of(integers.arrays().get("first.weight"))).isEqualTo(DataType.INT8);
      assertThat(DataTypes.of(integers.arrays().get("second.weight"))).isEqualTo(DataType.BFLOAT16);
      assertThat(integers.quantized()).containsOnlyKeys("first.weight");
      assertThat(half.precision()).isEqualTo(Precision.BFLOAT16);
    }
  }

  @Test
  void should_scale_integers_by_output_channel() {
    try (Small integers = small(Precision.INT8_WEIGHTS);
        Small exact = small(Precision.FLOAT32)) {
      NDArray values = exact.arrays().get("first.weight");
      NDArray whole = integers.arrays().get("first.weight").toType(DataType.FLOAT32, true);
      NDArray scales =
          DataTypes.convert(integers.quantized().get("first.weight").scales(), DataType.FLOAT32);
      owner.attachAll(whole, scales);
      NDArray rounded = whole.mul(scales.expandDims(1));
      NDArray half = scales.expandDims(1).mul(0.5001);
      assertThat(rounded.sub(values).abs().lte(half).all().getBoolean()).isTrue();
      assertThat(whole.abs().max(new int[] {1}).gte(126).all().getBoolean()).isTrue();
    }
  }

  @Test
  void should_give_float32_gradients_to_float32_weights() {
    try (Small plain = small(Precision.FLOAT32);
        Small copied = small(Precision.FLOAT32)) {
      copied.computeIn(Precision.BFLOAT16);
      NDArray x = input(6);
      try (StepScope step = StepScope.open(Device.cpu())) {
        ParameterGradients expected = gradients(step, plain, x);
        ParameterGradients found = gradients(step, copied, x);
        for (String name : plain.arrays().keySet()) {
          NDArray gradient = found.of(copied.getParameters().get(name)).orElseThrow();
          assertThat(gradient.getDataType()).as(name).isEqualTo(DataType.FLOAT32);
          assertThat(distance(gradient, expected.of(plain.getParameters().get(name)).orElseThrow()))
              .as(name)
              .isBetween(0.0, 0.02);
        }
      }
    }
  }

  private static ParameterGradients gradients(StepScope step, Small network, NDArray x) {
    FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(network));
    NDArray y = network.forward(x);
    return step.gradients(y.mul(y).mean(), optimizer.parameters());
  }

  @Test
  void should_follow_every_change_of_the_weights() {
    try (Small copied = small(Precision.FLOAT32)) {
      copied.computeIn(Precision.BFLOAT16);
      NDArray x = input(3);
      NDArray before = copied.forward(x);
      try (GradMode off = GradMode.off()) {
        copied.arrays().get("second.weight").muli(2);
        copied.arrays().get("second.bias").muli(2);
      }
      assertThat(distance(copied.forward(x), before.mul(2))).isLessThan(1e-6);
    }
  }

  @Test
  void should_follow_the_optimiser() {
    try (Small copied = small(Precision.FLOAT32);
        FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(copied))) {
      copied.computeIn(Precision.BFLOAT16);
      NDArray x = input(3);
      float[] before = copied.forward(x).toFloatArray();
      try (StepScope step = StepScope.open(Device.cpu())) {
        NDArray loss = copied.forward(x).square().mean();
        optimizer.step(step.gradients(loss, optimizer.parameters()), new StepRates(0.1, 0.9));
      }
      float[] after = copied.forward(x).toFloatArray();
      copied.computeIn(Precision.FLOAT32);
      copied.computeIn(Precision.BFLOAT16);
      assertThat(copied.forward(x).toFloatArray()).containsExactly(after).isNotEqualTo(before);
    }
  }

  @Test
  void should_return_to_float32() {
    try (Small network = small(Precision.FLOAT32)) {
      NDArray x = input(3);
      NDArray expected = network.forward(x);
      network.computeIn(Precision.BFLOAT16);
      network.forward(x);
      assertThat(network.precision()).isEqualTo(Precision.BFLOAT16);
      network.computeIn(Precision.FLOAT32);
      assertThat(network.precision()).isEqualTo(Precision.FLOAT32);
      assertThat(network.forward(x).toFloatArray()).containsExactly(expected.toFloatArray());
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void should_leave_nothing_behind(Precision precision) {
    try (Small network = small(precision)) {
      if (precision == Precision.FLOAT32) {
        network.computeIn(Precision.BFLOAT16);
      }
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager call = owner.newSubManager()) {
              network.forward(NoiseSource.seeded(4).normal(call, new Shape(2, 24)));
              network.arrays().get("norm.bias").addi(1);
              if (precision == Precision.FLOAT32) {
                network.arrays().get("first.bias").addi(1);
              }
            }
          });
    }
  }

  @Test
  void should_refuse_a_format_that_is_not_offered() {
    Small network = new Small(EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16));
    assertThatThrownBy(() -> network.storeIn(Precision.INT8_WEIGHTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Small: expected a precision of [FLOAT32, BFLOAT16] but was INT8_WEIGHTS");
  }

  @Test
  void should_refuse_to_train_integers() {
    assertThatThrownBy(() -> new Small().computeIn(Precision.INT8_WEIGHTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "INT8_WEIGHTS is for inference, integers have no gradients: train Small in BFLOAT16 or"
                + " FLOAT32");
  }

  @Test
  void should_refuse_to_change_the_format_of_weights_that_are_there() {
    try (Small network = small(Precision.BFLOAT16)) {
      assertThatThrownBy(() -> network.storeIn(Precision.FLOAT32))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Small has weights already: choose their format before loading them");
      assertThatThrownBy(() -> network.computeIn(Precision.BFLOAT16))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Small keeps its weights in BFLOAT16: load them in FLOAT32 to train");
    }
  }

  @Test
  void should_round_a_weight_of_zeros_to_zeros() {
    try (Small network = small(Precision.INT8_WEIGHTS)) {
      network.quantized().get("first.weight").readRows(0, owner.zeros(new Shape(40, 24)));
      NDArray y = network.forward(input(2));
      assertThat(y.get(0).sub(y.get(1)).abs().max().getFloat()).isCloseTo(0, within(1e-6f));
    }
  }
}
