// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParityGeneratorTest {
  @Test
  void should_give_the_published_check_values() {
    double[] first = {0.6465473, 0.903802, 0.7152216, 0.73911036};
    for (int i = 0; i < first.length; i++) {
      assertThat(ParityGenerator.uniform(0, i)).isCloseTo(first[i], offset(5e-8));
    }
    double[] seventh = {0.71417739, 0.7993388, 0.36521221};
    for (int i = 0; i < seventh.length; i++) {
      assertThat(ParityGenerator.uniform(7, i)).isCloseTo(seventh[i], offset(5e-8));
    }
  }

  @Test
  void should_scale_and_centre_inputs() {
    float[] plain = ParityGenerator.input(3, 1000, 1, 0);
    float[] image = ParityGenerator.input(3, 1000, 0.5, 0.5);
    for (int i = 0; i < plain.length; i++) {
      assertThat(plain[i]).isBetween(-1f, 1f);
      assertThat(image[i]).isCloseTo(0.5f + 0.5f * plain[i], offset(1e-6f));
    }
    try (NDManager manager = TestEngine.newManager()) {
      NDArray array = ParityGenerator.input(manager, 3, new Shape(10, 100));
      assertThat(array.toFloatArray()).isEqualTo(plain);
      assertThat(array.getShape()).isEqualTo(new Shape(10, 100));
    }
  }

  @Test
  void should_count_every_name_in_ascii_order() {
    Map<String, Shape> shapes =
        Map.of(
            "layers.10.weight", new Shape(2, 3, 4),
            "layers.2.weight", new Shape(5),
            "layers.2.bias", new Shape(5),
            "norm.g", new Shape(3),
            "noise_scheduler.betas", new Shape(7),
            "bn.running_var", new Shape(2));
    Map<String, float[]> weights =
        ParityWeights.asGenerated()
            .counting("embeddings.position_ids")
            .leaving(name -> name.startsWith("noise_scheduler."))
            .setting("running_var", 1)
            .generate(shapes);
    // bn 0, embeddings 1, layers.10 2, layers.2.bias 3, layers.2.weight 4, noise 5, norm.g 6
    assertThat(weights.keySet())
        .containsExactly(
            "bn.running_var", "layers.10.weight", "layers.2.bias", "layers.2.weight", "norm.g");
    assertThat(weights.get("bn.running_var")).containsExactly(1, 1);
    assertThat(weights.get("layers.10.weight"))
        .isEqualTo(ParityGenerator.input(2, 24, Math.sqrt(3.0 / 12), 0));
    assertThat(weights.get("layers.2.bias")).isEqualTo(ParityGenerator.input(3, 5, 0.1, 0));
    assertThat(weights.get("layers.2.weight")).isEqualTo(ParityGenerator.input(4, 5, 0.1, 1));
    assertThat(weights.get("norm.g")).isEqualTo(ParityGenerator.input(6, 3, 0.1, 1));
  }

  @Test
  void should_refuse_what_the_rule_does_not_cover() {
    assertThatThrownBy(
            () -> ParityWeights.asGenerated().generate(Map.of("logit_scale", new Shape())))
        .hasMessage("logit_scale: the rule knows no scalars; leave it");
    assertThatThrownBy(
            () -> ParityWeights.asGenerated().counting("a").generate(Map.of("a", new Shape(1))))
        .hasMessage("a is held by the network: do not count it again");
  }

  @Test
  void should_fill_parameters_in_place() {
    try (NDManager manager = TestEngine.newManager()) {
      Linear linear = Linear.builder().setUnits(4).build();
      linear.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
      NDArray weight = linear.getParameters().get("weight").getArray();
      weight.setRequiresGradient(true);
      NDArray flat = weight.reshape(-1);

      Map<String, float[]> weights = ParityWeights.asGenerated().fill(linear.getParameters());

      Parameter parameter = linear.getParameters().get("weight");
      assertThat(parameter.getArray()).isSameAs(weight);
      assertThat(weight.toFloatArray()).isEqualTo(weights.get("weight"));
      assertThat(flat.toFloatArray()).as("a view sees it").isEqualTo(weights.get("weight"));
      assertThat(weight.hasGradient()).isTrue();
      NDArray one = manager.create(new float[] {1, 0, 0}, new Shape(1, 3));
      NDArray out =
          linear.forward(new ParameterStore(manager, false), new NDList(one), false).head();
      assertThat(out.toFloatArray()[1])
          .isCloseTo(weights.get("weight")[3] + weights.get("bias")[1], offset(1e-6f));
    }
  }

  @Test
  void should_refuse_two_parameters_of_one_name() {
    try (NDManager manager = TestEngine.newManager()) {
      Linear linear = Linear.builder().setUnits(4).build();
      linear.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
      Parameter bias = linear.getParameters().get("bias");
      ParameterList list = new ParameterList();
      list.add("a", bias);
      list.add("a", bias);
      assertThatThrownBy(() -> ParityWeights.asGenerated().fill(list))
          .hasMessage("two parameters are called a");
    }
  }

  @Test
  void should_leave_no_native_memory_behind() {
    try (NDManager manager = TestEngine.newManager()) {
      Linear linear = Linear.builder().setUnits(4).build();
      linear.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
      LeakCheck.assertNoLeak(() -> ParityGenerator.input(manager, 3, new Shape(2)).close());
      LeakCheck.assertNoLeak(() -> ParityWeights.asGenerated().fill(linear.getParameters()));
    }
  }
}
