// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class ClipVisionTransformerTest {
  @FreshManager private static NDManager manager;
  private static ClipVisionTransformer network;

  @BeforeAll
  static void open() {
    network = ClipFixtures.miniNetwork();
  }

  @AfterAll
  static void close() {
    network.close();
  }

  @Test
  void should_match_the_original() {
    ClipVisionOutput output =
        network.forward(ClipFixtures.pixels(manager, ClipFixtures.GOLDEN.seedBase()));
    TensorAssert.assertThat(output.lastHidden())
        .matches(ClipFixtures.GOLDEN, "clip.last_hidden", 1e-4);
    TensorAssert.assertThat(output.tokens().array())
        .matches(ClipFixtures.GOLDEN, "clip.tokens", 1e-4);
    TensorAssert.assertThat(output.imageEmbeds())
        .matches(ClipFixtures.GOLDEN, "clip.image_embeds", 1e-4);
  }

  @Test
  void should_print_the_reference_numbers() {
    ClipVisionOutput output = network.forward(ClipFixtures.pixels(manager, 4000));
    float[] hidden = output.lastHidden().toFloatArray();
    assertNear(hidden[0], 7.8985035e-02);
    assertNear(hidden[1], 1.2747581e+00);
    assertNear(hidden[5], 2.7366672e+00);
    assertNear(hidden[hidden.length - 1], 1.0194554e+00);
    assertNear(output.lastHidden().norm().getFloat(), 7.55300664e+01);
    float[] tokens = output.tokens().array().toFloatArray();
    assertNear(tokens[0], -6.7975175e-01);
    assertNear(tokens[2], 3.0989888e+00);
    assertNear(tokens[tokens.length - 2], 4.0896931e-01);
    assertNear(output.tokens().array().norm().getFloat(), 3.02730988e+01);
    float[] embeds = output.imageEmbeds().toFloatArray();
    assertNear(embeds[3], -1.8191437e+00);
    assertNear(embeds[embeds.length - 1], -6.9090116e-01);
    assertNear(output.imageEmbeds().norm().getFloat(), 8.19837775e+00);
  }

  private static void assertNear(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(2e-4 + 2e-4 * Math.abs(expected)));
  }

  @Test
  void should_count_the_published_parameters() {
    assertThat(count(VisionTransformerConfig.vitL14())).isEqualTo(303_966_208);
    assertThat(count(VisionTransformerConfig.vitB32())).isEqualTo(87_849_216);
    assertThat(count(VisionTransformerConfig.vitH14())).isEqualTo(632_076_800);
  }

  private static long count(VisionTransformerConfig config) {
    return new ClipVisionTransformer(config).parameterCount();
  }

  @Test
  void should_declare_the_published_names_and_shapes() throws IOException {
    Map<String, String> declared = new TreeMap<>();
    new ClipVisionTransformer(VisionTransformerConfig.vitL14())
        .getParameters()
        .forEach(p -> declared.put(p.getKey(), axes(p.getValue())));
    assertThat(declared).hasSize(392).isEqualTo(publishedTable());
  }

  private static String axes(Parameter parameter) {
    long[] sizes = parameter.getShape().getShape();
    return String.join("x", java.util.Arrays.stream(sizes).mapToObj(Long::toString).toList());
  }

  private static Map<String, String> publishedTable() throws IOException {
    Map<String, String> table = new TreeMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ClipVisionTransformerTest.class.getResourceAsStream("vit-l-14.tsv"),
                StandardCharsets.UTF_8))) {
      reader.lines().map(line -> line.split("\t")).forEach(cells -> table.put(cells[0], cells[1]));
    }
    return table;
  }

  @Test
  void should_start_from_the_published_initial_values() {
    try (ClipVisionTransformer fresh = new ClipVisionTransformer(ClipFixtures.MINI)) {
      fresh.initialize(Device.cpu(), NoiseSource.seeded(7));
      String layer = "vision_model.encoder.layers.0.";
      assertDeviation(fresh, "vision_model.embeddings.patch_embedding.weight", 0.02);
      assertDeviation(fresh, "vision_model.embeddings.position_embedding.weight", 0.02);
      assertDeviation(fresh, layer + "self_attn.q_proj.weight", 0.125 / Math.sqrt(6));
      assertDeviation(fresh, layer + "self_attn.out_proj.weight", 0.125);
      assertDeviation(fresh, layer + "mlp.fc1.weight", 1 / Math.sqrt(128));
      assertDeviation(fresh, layer + "mlp.fc2.weight", 0.125 / Math.sqrt(6));
      assertDeviation(fresh, "visual_projection.weight", 0.125);
      assertThat(array(fresh, layer + "mlp.fc1.bias").toFloatArray()).containsOnly(0);
      assertThat(array(fresh, layer + "layer_norm1.weight").toFloatArray()).containsOnly(1);
    }
  }

  private static void assertDeviation(ClipVisionTransformer fresh, String name, double expected) {
    float[] values = array(fresh, name).toFloatArray();
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    assertThat(Math.sqrt(squares / values.length))
        .as(name)
        .isCloseTo(expected, within(expected * 5 / Math.sqrt(2.0 * values.length)));
  }

  private static NDArray array(ClipVisionTransformer fresh, String name) {
    return fresh.getParameters().get(name).getArray();
  }

  @Test
  void should_let_gradients_reach_every_parameter() {
    try (NDManager scope = manager.newSubManager();
        GradMode on = GradMode.on()) {
      List<NDArray> parameters = network.trainable().stream().map(Parameter::getArray).toList();
      parameters.forEach(p -> p.setRequiresGradient(true));
      ClipVisionOutput output = network.forward(ClipFixtures.pixels(scope, 3));
      List<NDArray> gradients = Gradients.of(output.tokens().array().square().sum(), parameters);
      assertThat(gradients).hasSize(56).doesNotContainNull();
      for (int i = 0; i < gradients.size(); i++) {
        // A key bias moves all scores of a query alike, which the softmax ignores.
        if (!network.trainable().get(i).getName().endsWith("k_proj.bias")) {
          assertThat(gradients.get(i).norm().getFloat())
              .as(network.trainable().get(i).getName())
              .isGreaterThan(1e-3f);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3})
  void should_answer_as_a_block_with_the_announced_shapes(long batch) {
    try (NDManager scope = manager.newSubManager()) {
      Shape pixels = new Shape(batch, 3, 56, 56);
      NDList outputs =
          network.forward(new ParameterStore(scope, false), new NDList(scope.zeros(pixels)), false);
      assertThat(outputs.getShapes()).isEqualTo(network.getOutputShapes(new Shape[] {pixels}));
      assertThat(outputs).allMatch(array -> array.getManager() == scope);
    }
  }

  @Test
  void should_explain_pixels_of_another_size() {
    ClipPixels small = ClipPixels.of(manager.zeros(new Shape(1, 3, 28, 28)));
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> network.forward(small))
        .withMessage(
            "clip pixels: this network reads 56x56 pixels but was given (1, 3, 28, 28);"
                + " preprocess with size 56");
  }

  @Test
  void should_explain_pixels_of_another_type() {
    ClipPixels wide = ClipPixels.of(manager.zeros(new Shape(1, 3, 56, 56), DataType.FLOAT64));
    assertThatExceptionOfType(ShapeMismatchException.class)
        .isThrownBy(() -> network.forward(wide))
        .withMessage("clip pixels: expected float32 values but the type is float64");
  }

  @Test
  void should_explain_missing_weights() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                new ClipVisionTransformer(ClipFixtures.MINI)
                    .forward(ClipFixtures.pixels(manager, 1)))
        .withMessageContaining("ClipVisionTransformer has no weights");
  }

  @Test
  void should_leave_only_the_results_behind() {
    ClipPixels pixels = ClipFixtures.pixels(manager, 2);
    LeakCheck.assertNoLeak(
        () -> {
          ClipVisionOutput output = network.forward(pixels);
          output.lastHidden().close();
          output.tokens().array().close();
          output.imageEmbeds().close();
        });
  }
}
