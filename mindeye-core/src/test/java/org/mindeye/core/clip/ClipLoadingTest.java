// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.StateDicts;
import org.mindeye.core.weights.TensorTypes;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.LeakCheck;

class ClipLoadingTest {
  private static final Device CPU = Device.cpu();
  private static final String LAYER = "vision_model.encoder.layers.";

  @TempDir private Path folder;

  /** The same weights as OpenAI's implementation lays them out. */
  private static Map<String, NDArray> otherLayout(Map<String, NDArray> tensors) {
    Map<String, NDArray> other = new LinkedHashMap<>();
    tensors.forEach(
        (name, array) -> {
          String renamed = renamed(name);
          if (name.equals("visual_projection.weight")) {
            other.put("visual.proj", array.transpose());
          } else if (name.contains(".q_proj.")) {
            NDArray keys = tensors.get(name.replace("q_proj", "k_proj"));
            NDArray values = tensors.get(name.replace("q_proj", "v_proj"));
            other.put(
                renamed.replace("self_attn.q_proj.", "attn.in_proj_"),
                NDArrays.concat(new NDList(array, keys, values)));
          } else if (!name.contains("k_proj") && !name.contains("v_proj")) {
            other.put(renamed.replace("self_attn", "attn"), array);
          }
        });
    return other;
  }

  private static String renamed(String name) {
    return "visual."
        + name.replace("vision_model.encoder.layers", "transformer.resblocks")
            .replace("vision_model.embeddings.", "")
            .replace("patch_embedding", "conv1")
            .replace("position_embedding.weight", "positional_embedding")
            .replace("vision_model.pre_layrnorm", "ln_pre")
            .replace("vision_model.post_layernorm", "ln_post")
            .replace("layer_norm", "ln_")
            .replace("mlp.fc1", "mlp.c_fc")
            .replace("mlp.fc2", "mlp.c_proj");
  }

  private Path write(Map<String, NDArray> tensors) throws IOException {
    Path path = folder.resolve("c.safetensors");
    WeightFiles.write(path, tensors, Map.of());
    return path;
  }

  private static void assertSame(ClipVisionTransformer actual, ClipVisionTransformer expected) {
    Map<String, NDArray> arrays = actual.arrays();
    expected
        .arrays()
        .forEach(
            (name, array) ->
                assertThat(arrays.get(name).toByteArray()).as(name).isEqualTo(array.toByteArray()));
  }

  @Test
  void should_load_a_full_hugging_face_file_and_leave_the_text_tower() throws IOException {
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork();
        NDManager owner = Torch.newManager(CPU)) {
      Map<String, NDArray> tensors = saved.arrays();
      tensors.put("text_model.final_layer_norm.weight", owner.ones(new Shape(2)));
      tensors.put("text_projection.weight", owner.ones(new Shape(2)));
      tensors.put("logit_scale", owner.create(1f));
      tensors.put("vision_model.embeddings.position_ids", owner.create(new long[] {0, 1}));
      for (String kind : new String[] {"weight", "bias"}) {
        tensors.put(
            "vision_model.pre_layernorm." + kind,
            tensors.remove("vision_model.pre_layrnorm." + kind));
      }
      try (StateDict file = WeightFiles.open(write(tensors));
          ClipVisionTransformer loaded = ClipVisionTransformer.load(file, ClipFixtures.MINI, CPU)) {
        assertSame(loaded, saved);
      }
    }
  }

  @Test
  void should_load_the_other_layout_as_the_same_weights() throws IOException {
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork();
        NDManager owner = Torch.newManager(CPU)) {
      Map<String, NDArray> tensors = otherLayout(saved.arrays());
      tensors.put("transformer.resblocks.0.ln_1.weight", owner.ones(new Shape(2)));
      tensors.put("logit_scale", owner.create(1f));
      try (StateDict file = WeightFiles.open(write(tensors));
          ClipVisionTransformer loaded = ClipVisionTransformer.load(file, ClipFixtures.MINI, CPU)) {
        assertSame(loaded, saved);
        String keys = LAYER + "1.self_attn.k_proj.weight";
        assertThat(ClipWeights.of(file).load(keys, owner)).isEqualTo(saved.arrays().get(keys));
        assertThat(ClipWeights.of(file).load("visual_projection.weight", owner).toFloatArray())
            .isEqualTo(saved.arrays().get("visual_projection.weight").toFloatArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-vit-l-14", "openclip-vit-h-14"})
  void should_know_every_name_of_the_published_files(String table) throws IOException {
    Map<String, Shape> published = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                getClass().getResourceAsStream(table + ".tsv"), StandardCharsets.UTF_8))) {
      lines
          .lines()
          .map(line -> line.split("\t"))
          .forEach(row -> published.put(row[0], axes(row[1])));
    }
    VisionTransformerConfig config =
        table.startsWith("openai")
            ? VisionTransformerConfig.vitL14()
            : VisionTransformerConfig.vitH14();
    Map<String, Shape> wanted = new LinkedHashMap<>();
    for (Pair<String, Parameter> entry : new ClipVisionTransformer(config).getParameters()) {
      wanted.put(entry.getKey(), entry.getValue().getShape());
    }
    StateDict renamed = ClipWeights.of(StateDicts.shapes(published));
    Map<String, Shape> found = new LinkedHashMap<>();
    renamed.names().forEach(name -> found.put(name, TensorTypes.shape(renamed.info(name).shape())));
    assertThat(found).containsExactlyInAnyOrderEntriesOf(wanted);
  }

  private static Shape axes(String text) {
    return new Shape(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  @Test
  void should_refuse_names_and_shapes_of_another_network() throws IOException {
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork();
        NDManager owner = Torch.newManager(CPU)) {
      Map<String, NDArray> tensors = otherLayout(saved.arrays());
      tensors.put("visual.attnpool.c_proj.weight", owner.create(1f));
      tensors.put("visual.transformer.resblocks.0.ls_1.gamma", owner.create(1f));
      Path strange = write(tensors);
      assertThatThrownBy(() -> ClipImageEncoder.load(strange, ClipFixtures.MINI, CPU))
          .isInstanceOf(WeightMismatchException.class)
          .hasMessageContaining(
              "not in the network (2):\n    attnpool.c_proj.weight\n"
                  + "    transformer.resblocks.0.ls_1.gamma");
      tensors.put("visual.transformer.resblocks.0.attn.in_proj_bias", owner.ones(new Shape(4)));
      Path uneven = write(tensors);
      assertThatThrownBy(() -> ClipImageEncoder.load(uneven, ClipFixtures.MINI, CPU))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "tensor 'visual.transformer.resblocks.0.attn.in_proj_bias': expected queries, keys"
                  + " and values, one above the other but found shape (4)");
      tensors.put("visual.proj", owner.ones(new Shape(4)));
      Path flat = write(tensors);
      assertThatThrownBy(() -> ClipImageEncoder.load(flat, ClipFixtures.MINI, CPU))
          .hasMessageContaining("expected a matrix but found shape (4)");
    }
  }

  @Test
  void should_leave_nothing_behind() throws IOException {
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork()) {
      Path file = write(otherLayout(saved.arrays()));
      LeakCheck.assertNoLeak(
          20,
          () -> {
            try (ClipImageEncoder encoder = ClipImageEncoder.load(file, ClipFixtures.MINI, CPU)) {
              assertThat(encoder.device()).isEqualTo(CPU);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
