// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.core.optim.TinyTraining.gradients;
import static org.mindeye.core.optim.TinyTraining.parameter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class FusedAdamWTest {
  @FreshManager private NDManager manager;

  private Parameter ones(String name, long... shape) {
    return parameter(name, manager.ones(new Shape(shape)));
  }

  private static FusedAdamW over(Parameter... parameters) {
    return FusedAdamW.over(List.of(new ParameterGroup("all", List.of(parameters), 0.5)));
  }

  /** {@code adamw.json}, made by {@code adamw_fixture.py} beside it with torch 2.13.0. */
  @Test
  void should_equal_torch_over_20_steps_of_two_groups_with_missing_gradients() throws IOException {
    JsonNode fixture;
    try (InputStream json = FusedAdamWTest.class.getResourceAsStream("adamw.json")) {
      fixture = new ObjectMapper().readTree(json);
    }
    JsonNode described = fixture.get("parameters");
    List<Parameter> parameters = new ArrayList<>();
    for (int index = 0; index < described.size(); index++) {
      JsonNode node = described.get(index);
      parameters.add(parameter(node.get("name").asText(), start(index, node)));
    }
    OneCycleSchedule schedule =
        new OneCycleSchedule(
            fixture.get("maxRate").asDouble(), 20, fixture.get("pctStart").asDouble(), 25, 1000);
    try (FusedAdamW optimizer =
        FusedAdamW.over(
            List.of(
                new ParameterGroup("decay", parameters.subList(0, 2), 1e-2),
                new ParameterGroup("no decay", parameters.subList(2, 4), 0)))) {
      for (int step = 1; step <= 20; step++) {
        JsonNode expected = fixture.get("steps").get(step - 1);
        StepRates rates = schedule.at(step - 1);
        assertThat(rates.learningRate()).isEqualTo(expected.get("rate").asDouble(), within(1e-15));
        assertThat(rates.beta1()).isEqualTo(expected.get("beta1").asDouble(), within(1e-14));
        NDArray[] slopes = new NDArray[4];
        for (int index = 0; index < 4; index++) {
          slopes[index] = slope(index, described.get(index), step);
        }
        optimizer.step(gradients(parameters, slopes), rates);
        for (Parameter parameter : parameters) {
          TensorAssert.assertThat(parameter.getArray())
              .as(parameter.getName() + " after step " + step)
              .isWithinAbsolute(doubles(expected.get(parameter.getName())), 5e-7);
        }
      }
    }
  }

  private NDArray start(int index, JsonNode node) {
    Shape shape = shape(node);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((i * 5 + index * 3) % 13 - 6) / 4f;
    }
    return Torch.copy(manager, values, shape);
  }

  private NDArray slope(int index, JsonNode node, int step) {
    int every = node.get("missingEvery").asInt();
    if (every > 0 && step % every == 1) {
      return null;
    }
    Shape shape = shape(node);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          ((i * 7 + step * 11 + index * 5) % 17 - 8) / 8f * (float) Math.pow(2, -10 * (i % 4));
    }
    return Torch.copy(manager, values, shape);
  }

  private static Shape shape(JsonNode node) {
    return new Shape(
        StreamSupport.stream(node.get("shape").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .toArray());
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /**
   * Where the root of the second moment is as small as epsilon, where epsilon is added decides.
   * torch 2.13.0: {@code AdamW([ones(4)], lr=0.1, weight_decay=0, foreach=False)}, gradients {@code
   * tensor([1e-6, 1e-8, 3e-9, 1e-10]) * (k + 1)} in step k.
   */
  @Test
  void should_equal_torch_where_epsilon_matters() {
    float[][] expected = {
      {0.900990129f, 0.949999988f, 0.976923108f, 0.999009907f},
      {0.805078447f, 0.890872002f, 0.945867062f, 0.997507334f},
      {0.709719658f, 0.825380087f, 0.908188939f, 0.995481014f}
    };
    float[] slope = {1e-6f, 1e-8f, 3e-9f, 1e-10f};
    Parameter parameter = ones("p", 4);
    List<Parameter> all = List.of(parameter);
    try (FusedAdamW optimizer = FusedAdamW.over(List.of(new ParameterGroup("all", all, 0)))) {
      for (int k = 0; k < expected.length; k++) {
        float[] values = new float[slope.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = slope[i] * (k + 1);
        }
        optimizer.step(gradients(all, manager.create(values)), new StepRates(0.1, 0.9));
        assertThat(parameter.getArray().toFloatArray()).containsExactly(expected[k], within(2e-7f));
      }
    }
  }

  /** A library run in float64: decay 1e-2, one-cycle over 10 steps up to 0.1. */
  @Test
  void should_equal_torch_in_float64_while_the_momentum_cycles() {
    double[][] expected = {
      {0.99596000008, -1.99592000004},
      {0.971613102468, -1.97481283655},
      {0.912619663076, -1.93400644525},
      {0.830405670959, -1.88463377499},
      {0.74460149994, -1.83657316106},
      {0.668099907102, -1.79496746906}
    };
    OneCycleSchedule schedule = new OneCycleSchedule(0.1, 10, 0.4, 25, 1000);
    Parameter parameter = parameter("p", manager.create(new double[] {1, -2}));
    List<Parameter> all = List.of(parameter);
    try (FusedAdamW optimizer = FusedAdamW.over(List.of(new ParameterGroup("all", all, 1e-2)))) {
      for (int k = 1; k <= expected.length; k++) {
        NDArray slope = manager.create(new double[] {0.5 * k, -1.0 / k});
        optimizer.step(gradients(all, slope), schedule.at(k - 1));
        assertThat(parameter.getArray().toDoubleArray())
            .containsExactly(expected[k - 1], within(1e-11));
      }
    }
  }

  @Test
  void should_decay_a_zero_gradient_but_skip_a_missing_one() {
    Parameter zero = ones("zero", 2);
    Parameter missing = ones("missing", 2);
    try (FusedAdamW optimizer = over(zero, missing)) {
      optimizer.step(
          gradients(optimizer.parameters(), manager.zeros(new Shape(2)), null),
          new StepRates(0.1, 0.9));
      assertThat(zero.getArray().toFloatArray()).containsExactly(0.95f, 0.95f);
      assertThat(missing.getArray().toFloatArray()).containsExactly(1, 1);
      assertThat(optimizer.state())
          .containsOnlyKeys("zero.exp_avg", "zero.exp_avg_sq", "zero.step");
    }
  }

  @Test
  void should_use_a_gradient_whose_memory_is_transposed_or_broadcast() {
    NDArray factors = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2));
    Parameter turned = ones("turned", 2, 3);
    Parameter summed = ones("summed", 2, 3);
    try (FusedAdamW optimizer = over(turned, summed);
        StepScope step = StepScope.open(Device.cpu())) {
      NDArray sum = summed.getArray().sum();
      NDArray loss = turned.getArray().transpose().mul(factors).sum().add(sum).add(sum);
      optimizer.step(step.gradients(loss, optimizer.parameters()), new StepRates(0.1, 0.5));
      assertThat(optimizer.state().get("turned.exp_avg").toFloatArray())
          .containsExactly(0.5f, 1.5f, 2.5f, 1, 2, 3);
      assertThat(optimizer.state().get("summed.exp_avg").toFloatArray()).containsOnly(1);
    }
  }

  @Test
  void should_make_parameters_differentiable_only_while_open() {
    Parameter parameter = ones("p", 2);
    FusedAdamW optimizer = over(parameter);
    assertThat(parameter.getArray().hasGradient()).isTrue();
    optimizer.close();
    optimizer.close();
    assertThat(parameter.getArray().hasGradient()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> optimizer.step(gradients(List.of()), new StepRates(0.1, 0.9)))
        .withMessage("FusedAdamW is closed; closing is final, so make a new one");
    assertThatIllegalStateException()
        .isThrownBy(optimizer::state)
        .withMessage("FusedAdamW is closed; closing is final, so make a new one");
  }

  @Test
  void should_leave_frozen_parameters_alone_but_accept_them() {
    try (ResidualMlpBackbone backbone = TinyTraining.backbone()) {
      List<Parameter> all = List.copyOf(backbone.getParameters().values());
      all.get(0).freeze(true);
      try (FusedAdamW optimizer = FusedAdamW.over(List.of(new ParameterGroup("all", all, 1e-2)))) {
        all.get(1).freeze(true);
        float[][] before = TinyTraining.values(all);
        TinyTraining.step(backbone, optimizer, 10);
        float[][] after = TinyTraining.values(all);
        assertThat(after[0]).isEqualTo(before[0]);
        assertThat(after[1]).isEqualTo(before[1]);
        assertThat(after[2]).isNotEqualTo(before[2]);
        all.get(1).freeze(false);
        TinyTraining.step(backbone, optimizer, 10);
        assertThat(all.get(1).getArray().toFloatArray()).isNotEqualTo(before[1]);
      }
    }
  }

  @Test
  void should_keep_the_names_of_arrays() {
    Parameter parameter = ones("block.weight", 2);
    NDArray slope = manager.ones(new Shape(2));
    slope.setName("slope()");
    try (FusedAdamW optimizer = over(parameter)) {
      optimizer.step(gradients(List.of(parameter), slope), new StepRates(0.1, 0.9));
    }
    assertThat(parameter.getArray().getName()).isEqualTo("block.weight");
    assertThat(slope.getName()).isEqualTo("slope()");
  }

  @Test
  void should_refuse_groups_it_cannot_train_and_change_nothing() {
    Parameter first = ones("first", 2);
    Parameter frozen = ones("frozen", 2);
    frozen.freeze(true);
    LeakCheck.Census before = LeakCheck.census();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FusedAdamW.over(
                    List.of(
                        new ParameterGroup("decay", List.of(first), 1),
                        new ParameterGroup("rest", List.of(first), 0))))
        .withMessage("first is in two groups: decay and rest");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> over(frozen))
        .withMessage("nothing to optimise: all groups are empty, or hold frozen parameters only");
    Parameter empty =
        new ResidualMlpBackbone(BackboneConfig.paper(7)).getParameters().get("lin1.bias");
    assertThatIllegalStateException()
        .isThrownBy(() -> over(first, empty))
        .withMessage("lin1.bias has no value yet: initialise the network first");
    assertThat(first.getArray().hasGradient()).isFalse();
    assertThat(LeakCheck.census()).isEqualTo(before);
  }

  @Test
  void should_refuse_a_closed_network() {
    ResidualMlpBackbone network =
        new ResidualMlpBackbone(
            BackboneConfig.paper(2).withHidden(2).withSpace(new ClipSpace(1, 2)).withProjector(2));
    network.initialize(Device.cpu(), NoiseSource.seeded(1));
    List<ParameterGroup> groups = ParameterGroups.asPublished(network, 0.1);
    FusedAdamW before = FusedAdamW.over(groups);
    network.close();
    before.close(); // after its network: harmless
    assertThatIllegalStateException()
        .isThrownBy(() -> FusedAdamW.over(groups))
        .withMessageMatching(
            "lin0.0.weight: its network is closed; closing is final, so make a new one");
    assertThatIllegalStateException()
        .isThrownBy(() -> ParameterGroups.conventional(network, 0.1))
        .withMessage("ResidualMlpBackbone is closed; closing is final, so make a new one");
  }

  @Test
  void should_name_the_number_it_refuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParameterGroup("decay", List.of(), -1))
        .withMessage("group decay: weight decay must be a finite number of 0 or more but was -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StepRates(Double.NaN, 0.9))
        .withMessage("learning rate: expected a finite number of 0 or more but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StepRates(0.1, 1))
        .withMessage("beta1: expected a number in [0, 1) but was 1.0");
  }

  @Test
  void should_train_a_scalar() {
    Parameter scale = ones("scale");
    try (FusedAdamW optimizer = over(scale);
        StepScope step = StepScope.open(Device.cpu())) {
      NDArray loss = scale.getArray().square();
      optimizer.step(step.gradients(loss, optimizer.parameters()), new StepRates(0.1, 0.9));
      assertThat(scale.getArray().getFloat()).isLessThan(0.96f);
    }
  }
}
