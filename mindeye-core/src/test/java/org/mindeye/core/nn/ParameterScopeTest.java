// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.random.NoiseSource;

class ParameterScopeTest {
  private static final Shape THREE = new Shape(3);
  private static final Initializer ONE = Initializer.constant(1);

  /** Declares nothing by itself. */
  private static final class Empty extends Network {
    Empty() {}

    Empty(DataType type) {
      super(type);
    }

    ParameterScope top() {
      return scope();
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

  private final Empty network = new Empty();

  private static Parameter declare(ParameterScope scope, String name) {
    return scope.parameter(name, Parameter.Type.OTHER, THREE, ONE);
  }

  @Test
  void should_name_parameters_by_their_path_in_the_order_of_declaration() {
    ParameterScope blocks = network.top().child("down_blocks");
    declare(blocks.child(1).child("conv1"), "weight");
    declare(network.top(), "query");
    declare(blocks.child(0), "bias");
    assertThat(network.getParameters().keys())
        .containsExactly("down_blocks.1.conv1.weight", "query", "down_blocks.0.bias");
    assertThat(blocks.child(0).path()).isEqualTo("down_blocks.0");
    assertThat(network.top().path()).isEmpty();
    assertThat(blocks).hasToString("Empty down_blocks");
    assertThat(network.top()).hasToString("Empty");
  }

  @Test
  void should_list_what_is_declared_at_a_place_and_below_it() {
    ParameterScope layers = network.top().child("layers");
    Parameter first = declare(layers.child(1), "weight");
    Parameter other = declare(layers.child(10), "weight");
    Parameter second = declare(layers.child(1).child("norm"), "g");
    assertThat(layers.child(1).parameters()).containsExactly(first, second);
    assertThat(layers.child(2).parameters()).isEmpty();
    assertThat(network.top().parameters()).containsExactly(first, other, second);
  }

  @Test
  void should_give_each_declaration_its_type() {
    Empty doubles = new Empty(DataType.FLOAT64);
    ParameterScope scope = doubles.top().child("a");
    Parameter wide = declare(scope.child("b"), "wide");
    Parameter single = declare(scope.withType(DataType.FLOAT32).child("b"), "single");
    Parameter count =
        scope.withType(DataType.INT64).buffer("count", Parameter.Type.OTHER, new Shape(), ONE);
    assertThat(scope.type()).isEqualTo(DataType.FLOAT64);
    try (doubles) {
      doubles.initialize(Device.cpu(), NoiseSource.seeded(1));
      assertThat(doubles.dataType(wide)).isEqualTo(DataType.FLOAT64);
      assertThat(wide.getArray().toDoubleArray()).containsExactly(1, 1, 1);
      assertThat(doubles.dataType(single)).isEqualTo(DataType.FLOAT32);
      assertThat(single.getArray().toFloatArray()).containsExactly(1, 1, 1);
      assertThat(count.getArray().toLongArray()).containsExactly(1);
      assertThat(doubles.trainable()).containsExactly(wide, single);
      assertThat(doubles.parameterCount()).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "conv1.weight", ".", "weight."})
  void should_refuse_names_that_are_not_one_segment(String name) {
    ParameterScope scope = network.top().child("block");
    String message =
        "'%s' below block: expected one segment of a name, without dots; use child for each of"
            + " several";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scope.child(name))
        .withMessage(message, name);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> declare(scope, name))
        .withMessage(message, name);
    assertThat(network.getParameters().keys()).isEmpty();
  }

  @Test
  void should_refuse_a_negative_index() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.top().child(-1))
        .withMessage("index: expected 0 or more but was -1");
  }

  @Test
  void should_refuse_a_name_that_is_taken() {
    declare(network.top().child("a"), "weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> declare(network.top().child("a"), "weight"))
        .withMessage("a.weight: the network has a parameter of this name already");
  }

  @Test
  void should_refuse_parameters_that_cannot_be_trained() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> declare(network.top().withType(DataType.INT64), "count"))
        .withMessage("count: expected a floating type, which can be trained, but was int64");
  }

  @Test
  void should_refuse_shapes_that_are_not_known() {
    Shape unknown = new Shape(3, -1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.top().buffer("table", Parameter.Type.OTHER, unknown, ONE))
        .withMessage("table: expected a shape of lengths from 1 on but was (3, -1)");
  }

  @Test
  void should_refuse_declarations_after_the_weights_are_there() {
    try (network) {
      declare(network.top(), "weight");
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      assertThatIllegalStateException()
          .isThrownBy(() -> declare(network.top(), "late"))
          .withMessage("late: declare it before the network has weights");
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> declare(network.top(), "later"))
        .withMessage("Empty is closed; closing is final, so make a new one");
  }

  @Test
  void should_know_its_own_parameters_only() {
    Parameter own = declare(network.top(), "weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Empty().dataType(own))
        .withMessage("weight is not a parameter of this Empty");
  }
}
