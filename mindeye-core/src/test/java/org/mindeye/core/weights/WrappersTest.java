// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.MalformedFileException;

class WrappersTest {
  private static StateDict file(String... names) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (String name : names) {
      shapes.put(name, new Shape(1));
    }
    return StateDicts.shapes(shapes);
  }

  @ParameterizedTest
  @CsvSource({
    "lin0.0.weight, lin0.0.weight",
    "module.lin0.0.weight, lin0.0.weight",
    "_orig_mod.lin0.0.weight, lin0.0.weight",
    "module._orig_mod.lin0.0.weight, lin0.0.weight",
    "_orig_mod.module.model.lin0.0.weight, lin0.0.weight",
    "model.module.lin0.0.weight, lin0.0.weight",
    "ema_model.module.model.lin0.0.weight, lin0.0.weight",
    "online_model.lin0.0.weight, lin0.0.weight",
    "lin0._orig_mod.0.weight, lin0.0.weight",
    "_fsdp_wrapped_module.mlp.0._checkpoint_wrapped_module.1.bias, mlp.0.1.bias",
    // Names of their own that look alike stay.
    "remodel.weight, remodel.weight",
    "mlp.model.weight, mlp.model.weight",
    "vision_model.pre_layrnorm.bias, vision_model.pre_layrnorm.bias",
    "text_model.module_list.0, text_model.module_list.0",
    "model, model",
    "module, module",
  })
  void should_take_off_what_training_programs_put_around_names(String name, String bare) {
    assertThat(file(name).unwrapped().names()).containsExactly(bare);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "voxel2clip.lin0.0.weight",
        "module.voxel2clip.lin0.0.weight",
        "voxel2clip._orig_mod.lin0.0.weight",
        "model.voxel2clip.module.lin0.0.weight",
        "_orig_mod.voxel2clip.model.lin0.0.weight",
        "ema_model.module.voxel2clip._orig_mod.lin0.0.weight",
        "module.lin0.0.weight",
        "model.lin0.0.weight",
      })
  void should_find_a_part_behind_and_before_them(String name) {
    assertThat(file(name).partOf("voxel2clip.").names()).containsExactly("lin0.0.weight");
  }

  @Test
  void should_leave_the_rest_of_a_whole_model_alone() {
    StateDict file = file("module.voxel2clip.a", "module.net.b", "noise_scheduler.betas");
    assertThat(file.partOf("voxel2clip.").names()).containsExactly("a");
    assertThat(file.partOf("net.").names()).containsExactly("b");
    assertThat(file.unwrapped().names())
        .containsExactly("voxel2clip.a", "net.b", "noise_scheduler.betas");
    StateDict plain = file("a", "b");
    assertThat(plain.unwrapped()).isSameAs(plain);
  }

  @Test
  void should_not_choose_between_two_sets_of_weights() {
    assertThatThrownBy(() -> file("online_model.a", "ema_model.a").unwrapped())
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "shapes: expected every tensor once but found 'online_model.a' and 'ema_model.a', two"
                + " sets of weights; choose one with StateDict.under(\"online_model.\") or"
                + " StateDict.under(\"ema_model.\")");
    assertThatThrownBy(() -> file("a", "module.a").partOf("voxel2clip."))
        .hasMessageEndingWith(
            "'a' and 'module.a', two sets of weights; choose one with"
                + " StateDict.under(\"module.\")");
  }

  @Test
  void should_say_how_to_take_off_an_unknown_prefix() {
    StateDict file = file("my.net.a.weight", "my.net.b", "other");
    assertThat(file.prefixRemedy("a.weight"))
        .isEqualTo(
            "; names begin with ['my.net.'], take that off with"
                + " StateDict.withPrefixStripped(\"my.net.\")");
    assertThat(file.prefixRemedy("weight")).contains("my.net.a.");
    assertThat(file.prefixRemedy("c")).isEmpty();
    assertThat(file.prefixRemedy("ther")).isEmpty();
    assertThat(file("x.a", "y.a").prefixRemedy("a"))
        .isEqualTo(
            "; names begin with ['x.', 'y.'], take that off with StateDict.under(\"x.\") or"
                + " StateDict.under(\"y.\")");
  }

  @Test
  void should_refuse_files_without_weights() {
    assertThatThrownBy(() -> file().unwrapped())
        .hasMessage("shapes: expected weights but found no tensor at all");
    StateDict stub = StateDicts.shapes(Map.of("a", new Shape(0)));
    assertThatThrownBy(stub::requireWeights)
        .hasMessageContaining("1 tensor without elements: a stub of DeepSpeed's ZeRO stage 3");
    StateDicts.shapes(Map.of("a", new Shape(0), "b", new Shape())).requireWeights();
  }
}
