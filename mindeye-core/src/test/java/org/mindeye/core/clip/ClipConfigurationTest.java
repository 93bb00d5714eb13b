// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.StateDicts;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.testkit.PublishedWeights;

/** The shape of a tower: from metadata, from weights, and from the files others publish. */
class ClipConfigurationTest {
  private static final Device CPU = Device.cpu();

  @TempDir private Path folder;

  /** Names and shapes of a tower, without its numbers. */
  private static Map<String, Shape> shapes(VisionTransformerConfig config) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Pair<String, Parameter> entry : new ClipVisionTransformer(config).getParameters()) {
      shapes.put(entry.getKey(), entry.getValue().getShape());
    }
    return shapes;
  }

  private Path write(Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    Path path = folder.resolve("c.safetensors");
    WeightFiles.write(path, tensors, metadata);
    return path;
  }

  @Test
  void should_load_a_folder_in_the_shape_of_its_config() throws IOException {
    PublishedWeights weights = PublishedWeights.of(shapes(ClipFixtures.MINI));
    weights.write(folder, "model", PublishedWeights.Form.HALF_SAFETENSORS);
    String json =
        """
        {"architectures": ["CLIPVisionModelWithProjection"], "hidden_size": 64,
         "intermediate_size": 256, "num_hidden_layers": 3, "num_attention_heads": 4,
         "image_size": 56, "patch_size": 14, "projection_dim": 24,
         "model_type": "clip_vision_model"}""";
    Files.writeString(folder.resolve("config.json"), json);
    ClipImageEncoder.load(folder, CPU).close();
    String deeper = json.replace("_layers\": 3", "_layers\": 4");
    Files.writeString(folder.resolve("config.json"), deeper);
    assertThatThrownBy(() -> ClipImageEncoder.load(folder, CPU))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("4 layers")
        .hasMessageContaining("3 layers");
  }

  @Test
  void should_load_a_file_that_notes_its_shape() throws IOException {
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork()) {
      Path file = write(saved.arrays(), ClipFixtures.MINI.metadata());
      try (ClipImageEncoder loaded = ClipImageEncoder.load(file, CPU);
          StateDict weights = WeightFiles.open(file)) {
        assertThat(loaded.space()).isEqualTo(ClipFixtures.MINI.hiddenSpace());
        assertThat(VisionTransformerConfig.of(weights)).isEqualTo(ClipFixtures.MINI);
        assertThat(VisionTransformerConfig.assumptions(weights)).isEmpty();
      }
    }
  }

  @Test
  void should_refuse_metadata_that_contradict_the_shapes() throws IOException {
    VisionTransformerConfig wrong =
        new VisionTransformerConfig(
            64, 256, 2, 4, new PatchGrid(56, 14), 24, Nonlinearity.QUICK_GELU);
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork()) {
      Path file = write(saved.arrays(), wrong.metadata());
      assertThatThrownBy(() -> ClipImageEncoder.load(file, CPU))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              file
                  + ": expected a CLIP image tower of hidden 64, intermediate 256, 2 layers, image"
                  + " 56, patch 14, projection 24, as its metadata says, but found tensors of"
                  + " hidden 64, intermediate 256, 3 layers, image 56, patch 14, projection 24");
      // What is given wins over what is noted, and must fit, too.
      assertThatThrownBy(() -> ClipImageEncoder.load(file, wrong, CPU))
          .hasMessageContaining("2 layers", "as the configuration says, but found", "3 layers");
      ClipImageEncoder.load(file, ClipFixtures.MINI, CPU).close();
    }
  }

  @Test
  void should_refuse_metadata_that_are_not_a_configuration() throws IOException {
    try (ClipVisionTransformer saved = ClipFixtures.miniNetwork()) {
      Path file = write(saved.arrays(), Map.of(VisionTransformerConfig.METADATA, "{}"));
      assertThatThrownBy(() -> ClipImageEncoder.load(file, CPU))
          .hasMessage(
              file
                  + ": metadata mindeye.clip: expected the fields [hidden,"
                  + " intermediate, layers, heads, patches, projection, activation] but"
                  + " found missing [hidden, intermediate, layers, heads, patches,"
                  + " projection, activation]; correct them, or read the document with the version"
                  + " of the library that wrote it");
    }
  }

  @Test
  void should_know_the_published_towers_by_their_shapes_and_say_what_it_assumes() {
    for (VisionTransformerConfig published :
        new VisionTransformerConfig[] {
          VisionTransformerConfig.vitL14(),
          VisionTransformerConfig.vitB32(),
          VisionTransformerConfig.vitH14()
        }) {
      StateDict file = StateDicts.shapes(shapes(published));
      assertThat(VisionTransformerConfig.of(file)).isEqualTo(published);
      assertThat(VisionTransformerConfig.assumptions(file).orElseThrow())
          .startsWith(published.heads() + " heads and " + published.activation() + " are assumed");
    }
  }

  @Test
  void should_refuse_to_guess() {
    VisionTransformerConfig narrow = ClipFixtures.MINI;
    assertThatThrownBy(() -> VisionTransformerConfig.of(StateDicts.shapes(shapes(narrow))))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("a width of 64, which does not determine the number of heads")
        .hasMessageContaining("(VisionTransformerConfig)");
    Map<String, Shape> openClip = new LinkedHashMap<>();
    openClip.put("visual.class_embedding", new Shape(1024));
    openClip.put("visual.conv1.weight", new Shape(1024, 3, 14, 14));
    openClip.put("visual.proj", new Shape(1024, 768));
    assertThatThrownBy(() -> VisionTransformerConfig.of(StateDicts.shapes(openClip)))
        .hasMessageContaining("QUICK_GELU if they are OpenAI's and GELU if they are OpenCLIP's");
  }

  @Test
  void should_say_what_is_wrong_with_other_files() {
    Map<String, Shape> shapes = shapes(VisionTransformerConfig.vitB32());
    shapes.remove("visual_projection.weight");
    assertThatThrownBy(() -> VisionTransformerConfig.of(StateDicts.shapes(shapes)))
        .hasMessageContaining("one without (CLIPVisionModel); save CLIPVisionModelWithProjection");
    assertThatThrownBy(
            () ->
                VisionTransformerConfig.of(
                    StateDicts.shapes(Map.of("visual.trunk.cls_token", new Shape(1)))))
        .hasMessageContaining("OpenCLIP's wrapper around a timm model (visual.trunk.*)");
    Map<String, Shape> prefixed = new LinkedHashMap<>();
    shapes(VisionTransformerConfig.vitB32())
        .forEach((name, shape) -> prefixed.put("clip_model." + name, shape));
    assertThatThrownBy(() -> VisionTransformerConfig.of(StateDicts.shapes(prefixed)))
        .hasMessageEndingWith(
            "but found none of that name; names begin with ['clip_model.'], take that off with"
                + " StateDict.withPrefixStripped(\"clip_model.\")");
    Map<String, Shape> oblong = shapes(VisionTransformerConfig.vitB32());
    oblong.put("vision_model.embeddings.position_embedding.weight", new Shape(51, 768));
    assertThatThrownBy(() -> VisionTransformerConfig.of(StateDicts.shapes(oblong)))
        .hasMessageContaining("positions of a class token and a square of square patches");
  }

  @Test
  void should_write_json_and_read_it_back() {
    VisionTransformerConfig config = VisionTransformerConfig.vitH14();
    assertThat(config.toJson())
        .isEqualTo(
            "{\"schema\":3,\"hidden\":1280,\"intermediate\":5120,\"layers\":32,\"heads\":16,"
                + "\"patches\":{\"imageSize\":224,\"patchSize\":14},\"projection\":1024,"
                + "\"activation\":\"GELU\"}");
    assertThat(VisionTransformerConfig.fromJson("x", config.toJson())).isEqualTo(config);
    String flat =
        "{\"hidden\":1280,\"intermediate\":5120,\"layers\":32,\"heads\":16,\"imageSize\":224,"
            + "\"patchSize\":14,\"projection\":1024,\"activation\":\"GELU\"}";
    assertThat(VisionTransformerConfig.fromJson("x", flat)).isEqualTo(config);
    assertThatThrownBy(
            () -> VisionTransformerConfig.fromJson("x", flat.replace("\"patchSize\":14,", "")))
        .hasMessageContaining("missing [patches.patchSize]");
  }

  @Test
  void should_name_every_key_that_is_wrong() {
    for (Broken broken : BrokenDocuments.of(ClipFixtures.MINI.toJson(), "schema")) {
      assertThatThrownBy(() -> VisionTransformerConfig.fromJson("x", broken.json()))
          .as(broken.toString())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(broken.what())
          .hasMessageContaining(broken.key());
    }
  }

  /** As published beside openai/clip-vit-large-patch14, a tower alone, and OpenCLIP's models. */
  @Test
  void should_read_the_files_published_beside_the_weights() {
    assertThat(
            VisionTransformerConfig.fromJson(
                "config.json",
                """
                {"architectures": ["CLIPModel"], "projection_dim": 768, "model_type": "clip",
                 "logit_scale_init_value": 2.6592, "transformers_version": null,
                 "text_config": {"hidden_act": "gelu", "hidden_size": 768, "projection_dim": 512},
                 "vision_config": {"hidden_act": "quick_gelu", "hidden_size": 1024,
                   "image_size": 224, "intermediate_size": 4096, "layer_norm_eps": 1e-05,
                   "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14,
                   "projection_dim": 512, "id2label": {"0": "LABEL_0"}}}"""))
        .isEqualTo(VisionTransformerConfig.vitL14());
    assertThat(VisionTransformerConfig.fromJson("c", "{\"model_type\": \"clip_vision_model\"}"))
        .isEqualTo(VisionTransformerConfig.vitB32());
    assertThat(
            VisionTransformerConfig.fromJson(
                "open_clip_config.json",
                """
                {"model_cfg": {"embed_dim": 1024, "vision_cfg": {"image_size": 224, "layers": 32,
                   "width": 1280, "head_width": 80, "patch_size": 14},
                   "text_cfg": {"context_length": 77, "width": 1024}},
                 "preprocess_cfg": {"mean": [0.48, 0.46, 0.41]}}"""))
        .isEqualTo(VisionTransformerConfig.vitH14());
    assertThat(
            VisionTransformerConfig.fromJson(
                "ViT-B-32-quickgelu.json",
                """
                    {"embed_dim": 512, "quick_gelu": true, "vision_cfg": {"image_size": 224,
                     "layers": 12, "width": 768, "patch_size": 32}}"""))
        .isEqualTo(VisionTransformerConfig.vitB32());
  }

  @Test
  void should_read_a_file() throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, ClipFixtures.MINI.toJson());
    assertThat(VisionTransformerConfig.read(file)).isEqualTo(ClipFixtures.MINI);
    Files.write(file, new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(() -> VisionTransformerConfig.read(file))
        .hasMessageStartingWith(file + ": expected a JSON object but found ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1] | a JSON object with the fields [hidden, intermediate, layers, heads, patches,"
            + " projection, activation] but found [1]",
        "{} {} | one document but found more behind the first",
        "{\"hidden\": | a JSON object but found Unexpected end-of-input",
        "{\"hidden\": 1, \"hidden\": 2} | a JSON object but found Duplicate field 'hidden'",
        "{\"hiden\": 1} | the fields [hidden, intermediate, layers, heads, patches,"
            + " projection, activation] but found missing [hidden, intermediate, "
            + "layers, heads, patches, projection, activation], unknown [hiden]",
        "{\"vision_config\": {\"hidden_size\": 1.5}} | a whole number as 'vision_config.hidden_size'"
            + " but found 1.5",
        "{\"vision_config\": {\"hidden_size\": \"8\"}} | a whole number as"
            + " 'vision_config.hidden_size' but found \"8\"",
        "{\"embed_dim\": 8, \"quick_gelu\": \"true\"} | true or false as 'quick_gelu' but found"
            + " \"true\"",
        "{\"vision_config\": {\"hidden_act\": 3}} | a string as 'vision_config.hidden_act' but"
            + " found 3",
        "{\"hidden\":4,\"intermediate\":8,\"layers\":1,\"heads\":3,\"imageSize\":8,\"patchSize\":4,"
            + "\"projection\":2,\"activation\":\"GELU\"} | valid values but found"
            + " heads: expected a divisor of hidden=4 but was 3",
        "{\"vision_config\": {\"hidden_act\": \"tanh\"}} | hidden_act quick_gelu or gelu but found"
            + " 'tanh'",
        "{\"vision_config\": {\"layer_norm_eps\": 1e-6}} | layer_norm_eps 1.0E-5 but found 1.0E-6",
        "{\"embed_dim\": 8, \"vision_cfg\": {\"timm_model_name\": \"vit\"}} | a vision transformer of"
            + " OpenCLIP's own but found the timm model 'vit'",
        "{\"embed_dim\": 8, \"vision_cfg\": {\"head_width\": 0}} | a head_width of 1 or more but"
            + " found 0",
        "{\"embed_dim\": 8, \"vision_cfg\": {\"mlp_ratio\": \"x\"}} | a number as"
            + " 'vision_cfg.mlp_ratio' but found \"x\"",
      })
  void should_refuse_other_json(String json, String message) {
    assertThatThrownBy(() -> VisionTransformerConfig.fromJson("c.json", json))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("c.json: expected " + message);
  }
}
