// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Wrapped;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.formats.numpy.Npz;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.testkit.BrokenDocuments;
import org.mindeye.testkit.BrokenDocuments.Broken;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;

class ForwardCommandTest {
  private static final Golden HIGH_LEVEL = Golden.open("/golden/high-level.safetensors");
  private static final Golden VISION = Golden.open("/golden/vision-and-metrics.safetensors");

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path config;
  private Path weights;
  private Path inputs;
  private Path output;

  @BeforeEach
  void open() {
    config = folder.resolve("config.json");
    weights = folder.resolve("weights.safetensors");
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
  }

  private static BackboneConfig goldenBackbone() {
    return BackboneConfig.paper(HIGH_LEVEL.number("backbone", "voxels"))
        .withHidden(HIGH_LEVEL.number("backbone", "hidden"))
        .withBlocks(HIGH_LEVEL.number("backbone", "blocks"))
        .withSpace(
            new ClipSpace(
                HIGH_LEVEL.number("backbone", "tokens"), HIGH_LEVEL.number("backbone", "width")));
  }

  private void writeBackbone() throws IOException {
    BackboneConfig shape = goldenBackbone();
    Files.writeString(config, DocumentWriter.text(shape));
    try (ResidualMlpBackbone network = new ResidualMlpBackbone(shape)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated().fill(network.getParameters());
      WeightFiles.write(weights, network, Map.of());
      writeNpz(network);
    }
    Shape voxels = new Shape(Integer.parseInt(HIGH_LEVEL.metadata("batch")), shape.voxels());
    NDArray input = ParityGenerator.input(manager, HIGH_LEVEL.seedBase(), voxels);
    WeightFiles.write(inputs, Map.of("voxels", input), Map.of());
  }

  /** The same weights as another program might save them. */
  private void writeNpz(Network network) throws IOException {
    Map<String, HeapArray> arrays = new LinkedHashMap<>();
    for (Pair<String, Parameter> entry : network.getParameters()) {
      NDArray array = entry.getValue().getArray();
      arrays.put(
          "module.voxel2clip." + entry.getKey(),
          HeapArray.ofFloats(array.toFloatArray(), array.getShape().getShape()));
    }
    Npz.write(folder.resolve("weights.npz"), arrays);
  }

  private CommandRun forward(String component, Path from) {
    return CommandRun.of(
        "forward",
        component,
        "--config",
        config,
        "--weights",
        from,
        "--inputs",
        inputs,
        "--output",
        output);
  }

  private CommandRun loss(String kind, double temperature) {
    return CommandRun.of(
        "forward",
        "losses",
        "--loss",
        kind,
        "--temperature",
        temperature,
        "--inputs",
        inputs,
        "--output",
        output);
  }

  private NDArray result(String name) throws IOException {
    try (StateDict file = WeightFiles.open(output)) {
      return file.load(name, manager);
    }
  }

  @Test
  void should_equal_the_golden_backbone_from_any_file_of_weights() throws IOException {
    writeBackbone();
    for (Path from : new Path[] {weights, folder.resolve("weights.npz")}) {
      CommandRun run = forward("backbone", from);
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isZero();
      TensorAssert.assertThat(result("tokens")).matches(HIGH_LEVEL, "backbone.tokens", 1e-5);
      TensorAssert.assertThat(result("projected")).matches(HIGH_LEVEL, "backbone.projected", 1e-5);
    }
  }

  @Test
  void should_equal_the_golden_image_tower() throws IOException {
    VisionTransformerConfig shape =
        new VisionTransformerConfig(
            64, 256, 3, 4, new PatchGrid(56, 14), 24, Nonlinearity.QUICK_GELU);
    Files.writeString(config, DocumentWriter.text(shape));
    try (ClipVisionTransformer network = new ClipVisionTransformer(shape)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated().fill(network.getParameters());
      WeightFiles.write(weights, network, Map.of());
    }
    NDArray pixels =
        ParityGenerator.input(manager, VISION.seedBase(), new Shape(2, 3, 56, 56), 1.5, 0);
    WeightFiles.write(inputs, Map.of("pixels", pixels), Map.of());

    assertThat(forward("clip", weights).err()).isEmpty();
    TensorAssert.assertThat(result("last_hidden")).matches(VISION, "clip.last_hidden", 1e-4);
    TensorAssert.assertThat(result("image_embeds")).matches(VISION, "clip.image_embeds", 1e-4);
    TensorAssert.assertThat(result("tokens")).matches(VISION, "clip.tokens", 1e-4);

    Object[] alone = {
      "forward", "clip", "--weights", weights, "--inputs", inputs, "--output", output
    };
    assertThat(CommandRun.of(alone).err()).contains("does not determine the number of heads");
    try (ClipVisionTransformer network = new ClipVisionTransformer(shape)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated().fill(network.getParameters());
      WeightFiles.write(weights, network, shape.metadata());
    }
    assertThat(CommandRun.of(alone).err()).isEmpty();
    TensorAssert.assertThat(result("tokens")).matches(VISION, "clip.tokens", 1e-4);

    Object[] half = Arrays.copyOf(alone, alone.length + 1);
    half[alone.length] = "--precision=bfloat16";
    assertThat(CommandRun.of(half).err()).isEmpty();
    TensorAssert.assertThat(result("tokens"))
        .matches(VISION, "clip.tokens", FormatError.CLIP_TOKENS, Precision.BFLOAT16, 1e-4);
  }

  @Test
  void should_refuse_weights_that_do_not_fit_and_leave_nothing() throws IOException {
    writeBackbone();
    Files.writeString(config, DocumentWriter.text(goldenBackbone().withBlocks(9)));
    CommandRun run = forward("backbone", weights);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("mindeye forward: " + weights).contains("mlp.4.0.weight");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json", "inputs.safetensors", "weights.npz", "weights.safetensors");
    }
  }

  @Test
  void should_refuse_inputs_that_do_not_fit() throws IOException {
    writeBackbone();
    WeightFiles.write(inputs, Map.of("pixels", manager.ones(new Shape(1))), Map.of());
    assertThat(forward("backbone", weights).err())
        .isEqualToIgnoringNewLines(
            "mindeye forward: " + inputs + ": expected a tensor 'voxels' but found only [pixels]");
    NDArray whole = manager.arange(3);
    WeightFiles.write(inputs, Map.of("voxels", whole), Map.of());
    assertThat(forward("backbone", weights).err())
        .contains(inputs + ": tensor 'voxels': expected [float32] but found INT32 (3)");
    WeightFiles.write(inputs, Map.of("voxels", manager.ones(new Shape(2, 3))), Map.of());
    assertThat(forward("backbone", weights))
        .satisfies(
            run -> assertThat(run.code()).isEqualTo(1),
            run -> assertThat(run.err().lines()).hasSize(1),
            run -> assertThat(run.err()).contains("voxels: expected [batch, voxels="));
  }

  @Test
  void should_name_wrong_fields_of_a_configuration() throws IOException {
    writeBackbone();
    String json = DocumentWriter.text(goldenBackbone());
    assertConfigRefused(json.replace("\"hidden\"", "\"hiden\""), "missing [trunk.hidden]");
    assertConfigRefused(json.replace("\"hidden\"", "\"hiden\""), "unknown [trunk.hiden]");
    assertConfigRefused(
        json.replaceFirst("\"width\"", "\"depth\""), "config.json: space: expected");
    assertConfigRefused(
        json.replace("LAYER_NORM_GELU", "NONE"),
        "config.json: trunk.norm: expected one of [LAYER_NORM_GELU, ");
    assertConfigRefused(json.replaceFirst("\"blocks\" : \\d+", "\"blocks\" : -1"), "blocks: exp");
    assertConfigRefused("[]", "expected a JSON object with the fields [voxels, space");
    assertConfigRefused("{", "expected a JSON object");
  }

  @Test
  void should_name_every_wrong_key_of_every_component() {
    for (Component component : Components.ALL) {
      Record example = component.exampleConfig();
      if (example != null) {
        for (Broken broken : BrokenDocuments.of(DocumentWriter.text(example), "schema")) {
          assertThatThrownBy(
                  () -> Document.parse("config.json", broken.json()).as(example.getClass()))
              .as(component.name() + ": " + broken)
              .isInstanceOf(MalformedFileException.class)
              .hasMessageContaining(broken.what())
              .hasMessageContaining(broken.key());
        }
      }
    }
  }

  private void assertConfigRefused(String json, String reason) throws IOException {
    Files.writeString(config, json);
    CommandRun run = forward("backbone", weights);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("mindeye forward: " + config).contains(reason);
    assertThat(output).doesNotExist();
  }

  @Test
  void should_refuse_wrong_usage() {
    String all =
        "[backbone, clip, losses, prior, prior-sample, final-layer-prior, lowlevel, vae-encode,"
            + " vae-decode, convnext, alexnet, inception_v3, efficientnet_b1, resnet50, unet,"
            + " scheduler, img2img, metrics]";
    assertUsage("no component given: one of " + all, "forward");
    assertUsage("component 'x': expected one of " + all, "forward", "x");
    assertUsage("backbone needs --config", "forward", "backbone", "--inputs=a", "--output=b");
    assertUsage("losses needs --loss", "forward", "losses", "--inputs=a", "--output=b");
    assertUsage(
        "losses does not take --weights",
        "forward",
        "losses",
        "--inputs=a",
        "--output=b",
        "--weights=c");
    assertUsage(
        "device 'tpu': expected cpu or gpu",
        "forward",
        "losses",
        "--inputs=a",
        "--output=b",
        "--loss=clip",
        "--temperature=1",
        "--device=tpu");
  }

  private static void assertUsage(String reason, Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(reason);
  }

  @Test
  void should_explain_every_component() {
    String general = CommandRun.of("forward", "--help").out();
    assertThat(general).contains("COMPONENT is");
    for (Component component : Components.ALL) {
      assertThat(general).containsPattern("[ \\n]" + component.name() + "[;, \\n]");
      component.options().forEach(option -> assertThat(general).contains(option));
      CommandRun run = CommandRun.of("forward", component.name(), "--help");
      assertThat(run.code()).isZero();
      assertThat(run.out()).startsWith("mindeye forward " + component.name() + ": ");
      Stream.concat(component.inputs().stream(), component.outputs().stream())
          .forEach(axes -> assertThat(run.out()).contains(Wrapped.lines("  " + axes)));
      assertThat(run.out().contains("--config")).isEqualTo(component.exampleConfig() != null);
      component.options().forEach(option -> assertThat(run.out()).contains(option));
    }
  }

  @Test
  void should_refuse_a_mix_without_its_tensors() throws IOException {
    NDArray rows = NoiseSource.seeded(1).normal(manager, new Shape(2, 3));
    WeightFiles.write(inputs, Map.of("predictions", rows, "targets", rows), Map.of());
    assertThat(loss("bimixco", 0.1).err()).contains("expected a tensor 'permutation'");
    assertThat(loss("clip", -1).err()).contains("temperature must be positive and finite");
    assertThat(loss("nonsense", 1).code()).isEqualTo(2);
    assertThat(output).doesNotExist();
    output = folder.resolve("absent").resolve("out.safetensors");
    assertThat(loss("clip", 1).err())
        .isEqualToIgnoringNewLines("mindeye forward: " + output + ": its folder does not exist");
  }
}
