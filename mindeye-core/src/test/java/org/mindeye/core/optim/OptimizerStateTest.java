// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.testkit.FreshManager;

/** What a checkpoint needs of the optimiser. */
class OptimizerStateTest {
  @FreshManager private NDManager manager;
  @TempDir private Path folder;
  private ResidualMlpBackbone backbone;
  private FusedAdamW optimizer;

  @BeforeEach
  void train() {
    backbone = TinyTraining.backbone();
    optimizer = TinyTraining.optimizer(backbone);
    for (int k = 0; k < 3; k++) {
      TinyTraining.step(backbone, optimizer, k);
    }
  }

  @AfterEach
  void close() {
    optimizer.close();
    backbone.close();
  }

  /** The state as it is now. */
  private Map<String, NDArray> exported() {
    return new LinkedHashMap<>(optimizer.state());
  }

  private static Map<String, float[]> contents(FusedAdamW optimizer) {
    Map<String, float[]> contents = new TreeMap<>();
    optimizer.state().forEach((name, array) -> contents.put(name, array.toFloatArray()));
    return contents;
  }

  @Test
  void should_name_the_state_as_torch_does() {
    assertThat(optimizer.state())
        .hasSize(3 * backbone.trainable().size())
        .containsKeys("lin0.0.weight.exp_avg", "lin0.0.weight.exp_avg_sq", "lin0.0.weight.step");
    assertThat(optimizer.state().get("lin1.bias.step").getFloat()).isEqualTo(3);
    assertThat(optimizer.state().get("lin1.weight.exp_avg").getShape()).isEqualTo(new Shape(12, 8));
  }

  /** A resumed run must not be able to tell, wherever it restored its state. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_continue_bit_for_bit_after_a_restore(boolean insideStep) throws IOException {
    try (StateDict state = TinyTraining.saved(folder, exported());
        ResidualMlpBackbone resumed = trainedAlike();
        FusedAdamW other = TinyTraining.optimizer(resumed)) {
      if (insideStep) {
        try (StepScope step = StepScope.open(Device.cpu())) {
          other.restore(state);
        }
      } else {
        other.restore(state);
      }
      for (int k = 3; k < 6; k++) {
        assertThat(TinyTraining.step(resumed, other, k))
            .isEqualTo(TinyTraining.step(backbone, optimizer, k));
      }
      assertThat(TinyTraining.values(resumed.trainable()))
          .isDeepEqualTo(TinyTraining.values(backbone.trainable()));
      assertThat(contents(other)).usingRecursiveComparison().isEqualTo(contents(optimizer));
    }
  }

  private static ResidualMlpBackbone trainedAlike() {
    ResidualMlpBackbone backbone = TinyTraining.backbone();
    try (FusedAdamW first = TinyTraining.optimizer(backbone)) {
      for (int k = 0; k < 3; k++) {
        TinyTraining.step(backbone, first, k);
      }
    }
    return backbone;
  }

  @Test
  void should_put_a_state_in_the_place_of_another() throws IOException {
    Map<String, float[]> before = contents(optimizer);
    try (StateDict state = TinyTraining.saved(folder, exported())) {
      TinyTraining.step(backbone, optimizer, 3);
      assertThat(contents(optimizer)).usingRecursiveComparison().isNotEqualTo(before);
      optimizer.restore(state);
    }
    assertThat(contents(optimizer)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void should_forget_what_the_state_does_not_mention() throws IOException {
    List<NDArray> old = List.copyOf(optimizer.state().values());
    Map<String, NDArray> one = exported();
    one.keySet().removeIf(name -> !name.startsWith("lin1.bias."));
    try (StateDict state = TinyTraining.saved(folder, one)) {
      optimizer.restore(state);
    }
    assertThat(optimizer.state()).containsOnlyKeys(one.keySet());
    assertThat(old).allMatch(NDArray::isReleased);
    TinyTraining.step(backbone, optimizer, 0);
    assertThat(optimizer.state().get("lin1.bias.step").getFloat()).isEqualTo(4);
    assertThat(optimizer.state().get("lin1.weight.step").getFloat()).isEqualTo(1);
  }

  @Test
  void should_name_what_is_wrong_and_change_nothing() throws IOException {
    Map<String, float[]> before = contents(optimizer);
    Map<String, NDArray> missing = exported();
    missing.remove("lin1.bias.step");
    assertRefused(missing, "missing from the file (1):\n    lin1.bias.step");
    Map<String, NDArray> misshapen = exported();
    misshapen.put("lin1.bias.exp_avg", manager.zeros(new Shape(11)));
    assertRefused(
        misshapen,
        "different (1):\n    lin1.bias.exp_avg FLOAT32 (11) in the file, float32 (12) in the network");
    Map<String, NDArray> square = exported();
    square.put("lin1.bias.exp_avg_sq", manager.zeros(new Shape(11)));
    assertRefused(
        square,
        "different (1):\n    lin1.bias.exp_avg_sq FLOAT32 (11) in the file, float32 (12) in the network");
    Map<String, NDArray> wide = exported();
    wide.put("lin1.bias.exp_avg", manager.zeros(new Shape(12), DataType.INT32));
    assertRefused(
        wide,
        "different (1):\n    lin1.bias.exp_avg INT32 (12) in the file, float32 (12) in the network");
    Map<String, NDArray> foreign = exported();
    foreign.put("mlp.9.0.bias.step", manager.zeros(new Shape()));
    assertRefused(foreign, "in the file, but not in the network (1):\n    mlp.9.0.bias.step");
    assertThat(contents(optimizer)).usingRecursiveComparison().isEqualTo(before);
  }

  private void assertRefused(Map<String, NDArray> wrong, String message) throws IOException {
    try (StateDict state = TinyTraining.saved(folder, wrong)) {
      assertThatThrownBy(() -> optimizer.restore(state))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessage(state.source() + " does not fit this optimiser:\n  " + message);
    }
  }

  @Test
  void should_not_confuse_two_parameters_of_one_name() {
    Parameter one = TinyTraining.parameter("weight", manager.ones(new Shape(2)));
    Parameter two = TinyTraining.parameter("weight", manager.ones(new Shape(2)));
    try (FusedAdamW twins =
        FusedAdamW.over(List.of(new ParameterGroup("all", List.of(one, two), 0)))) {
      assertThatIllegalStateException()
          .isThrownBy(twins::state)
          .withMessage(
              "two parameters are called weight, but an optimiser's state goes by names: use one"
                  + " optimiser per network");
    }
  }
}
