// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Network;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelConfig.Latents;
import org.mindeye.lowlevel.LowLevelConfig.Mlp;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;

/** The low-level branch through the command, against tensors of the original code. */
class ForwardLowLevelTest {
  private static final Golden GOLDEN = Golden.open("/golden/generation.safetensors");
  private static final Golden VISION = Golden.open("/golden/vision-and-metrics.safetensors");
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path config;
  private Path weights;
  private Path inputs;
  private Path output;

  @BeforeEach
  void choose() {
    config = folder.resolve("config.json");
    weights = folder.resolve("weights.safetensors");
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
  }

  private CommandRun forward(String component, Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", component));
    arguments.addAll(List.of("--weights", weights, "--inputs", inputs, "--output", output));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  /** The network's generated weights, counted as they are named, under other names. */
  private void write(Network network, UnaryOperator<String> names) throws IOException {
    try (network) {
      network.allocate(Device.cpu());
      ParityWeights.asGenerated().fill(network.getParameters());
      Map<String, NDArray> tensors = new TreeMap<>();
      network.arrays().forEach((name, array) -> tensors.put(names.apply(name), array));
      WeightFiles.write(weights, tensors, Map.of());
    }
  }

  private void write(Map<String, NDArray> tensors) throws IOException {
    WeightFiles.write(inputs, tensors, Map.of());
  }

  private NDArray input(Golden golden, long stream, long... shape) {
    return ParityGenerator.input(manager, golden.seedBase() + stream, new Shape(shape));
  }

  private void assertResult(Golden golden, String name, String entry) throws IOException {
    try (StateDict file = WeightFiles.open(output)) {
      TensorAssert.assertThat(file.load(name, manager)).matches(golden, entry, TOLERANCE);
    }
  }

  private void assertRounded(Golden golden, String name, String entry, FormatError measured)
      throws IOException {
    try (StateDict file = WeightFiles.open(output)) {
      TensorAssert.assertThat(file.load(name, manager))
          .matches(golden, entry, measured, Precision.BFLOAT16, TOLERANCE);
    }
  }

  private static LowLevelConfig lowLevel(LatentUpsampling upsampling) {
    int hidden = GOLDEN.number("lowlevel", "hidden");
    return new LowLevelConfig(
        GOLDEN.number("lowlevel", "voxels"),
        new Mlp(hidden, 4, 0.5, 0.25),
        upsampling,
        Latents.stableDiffusion(),
        upsampling == LatentUpsampling.X4);
  }

  @ParameterizedTest
  @EnumSource(value = LatentUpsampling.class, mode = EnumSource.Mode.EXCLUDE, names = "X4_NARROW")
  void should_predict_latents(LatentUpsampling upsampling) throws IOException {
    write(new LowLevelNetwork(lowLevel(upsampling)), name -> "module." + name);
    write(Map.of("voxels", input(GOLDEN, 0, 1, 32)));

    CommandRun run = forward("lowlevel");

    assertThat(run.code()).as(run.err()).isZero();
    String prefix = "lowlevel." + upsampling.factor() + "x.";
    assertResult(GOLDEN, "latents", prefix + "latent");
    if (upsampling == LatentUpsampling.X4) {
      assertResult(GOLDEN, "features", prefix + "features");
    }
  }

  @Test
  void should_leave_the_head_of_training_out_if_the_configuration_does() throws IOException {
    LowLevelConfig whole = lowLevel(LatentUpsampling.X4);
    write(new LowLevelNetwork(whole), name -> name);
    write(Map.of("voxels", input(GOLDEN, 0, 1, 32)));
    Files.writeString(config, DocumentWriter.text(whole.withoutMapsProjector()));

    CommandRun run = forward("lowlevel", "--config", config);

    assertThat(run.code()).as(run.err()).isZero();
    assertResult(GOLDEN, "latents", "lowlevel.4x.latent");
    try (StateDict file = WeightFiles.open(output)) {
      assertThat(file.names()).containsExactly("latents");
    }
  }

  private static AutoencoderConfig autoencoder() {
    return new AutoencoderConfig(
        new ConvolutionStages(List.of(32, 64, 64, 64), 2, 32),
        4,
        AutoencoderConfig.STABLE_DIFFUSION_SCALE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_encode(boolean configured) throws IOException {
    write(new AutoencoderKl(autoencoder()), name -> name);
    write(Map.of("images", input(GOLDEN, 100, 1, 3, 64, 48)));
    Files.writeString(config, DocumentWriter.text(autoencoder()));

    Object[] options = configured ? new Object[] {"--config", config} : new Object[0];
    CommandRun run = forward("vae-encode", options);

    assertThat(run.code()).as(run.err()).isZero();
    assertResult(GOLDEN, "moments", "vae.moments");
    assertResult(GOLDEN, "latents", "vae.mode_scaled");
  }

  @Test
  void should_decode_latents_of_both_kinds() throws IOException {
    write(new AutoencoderKl(autoencoder()), name -> name);
    NDArray latents = input(GOLDEN, 101, 1, 4, 8, 6);
    NDArray scaled = latents.mul((float) AutoencoderConfig.STABLE_DIFFUSION_SCALE);

    write(Map.of("latents", latents));
    CommandRun run = forward("vae-decode");
    assertThat(run.code()).as(run.err()).isZero();
    assertResult(GOLDEN, "images", "vae.decode");

    write(Map.of("scaled_latents", scaled));
    assertThat(forward("vae-decode").code()).isZero();
    assertResult(GOLDEN, "images", "vae.decode");

    write(Map.of("latents", latents, "scaled_latents", scaled));
    assertThat(forward("vae-decode").err())
        .contains("tensor 'latents': expected no scaled_latents beside them but found both");
  }

  private static ConvNextConfig teacher() {
    List<Integer> depths = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    depths.addAll(VISION.list("convnext", "depths"));
    widths.addAll(VISION.list("convnext", "dims"));
    return new ConvNextConfig(depths, widths, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backbone.", ""})
  void should_look_at_images_as_the_teacher(String prefix) throws IOException {
    write(new ConvNextTeacher(teacher()), name -> prefix + name.substring("backbone.".length()));
    write(Map.of("images", input(VISION, 10, 2, 3, 64, 64)));

    CommandRun run = forward("convnext");

    assertThat(run.code()).as(run.err()).isZero();
    assertResult(VISION, "tokens", "convnext.tokens");
    assertResult(VISION, "pooled", "convnext.pooled");
  }

  @Test
  void should_compute_in_another_format() throws IOException {
    String half = "--precision=bfloat16";
    write(new LowLevelNetwork(lowLevel(LatentUpsampling.X4)), name -> name);
    write(Map.of("voxels", input(GOLDEN, 0, 1, 32)));
    assertThat(forward("lowlevel", half).err()).isEmpty();
    assertRounded(GOLDEN, "latents", "lowlevel.4x.latent", FormatError.LOW_LEVEL_LATENTS);
    assertRounded(GOLDEN, "features", "lowlevel.4x.features", FormatError.LOW_LEVEL_FEATURES);

    write(new AutoencoderKl(autoencoder()), name -> name);
    write(Map.of("images", input(GOLDEN, 100, 1, 3, 64, 48)));
    assertThat(forward("vae-encode", half).err()).isEmpty();
    assertRounded(GOLDEN, "moments", "vae.moments", FormatError.ENCODER);
    write(Map.of("latents", input(GOLDEN, 101, 1, 4, 8, 6)));
    assertThat(forward("vae-decode", half).err()).isEmpty();
    assertRounded(GOLDEN, "images", "vae.decode", FormatError.DECODER);

    write(new ConvNextTeacher(teacher()), name -> name);
    write(Map.of("images", input(VISION, 10, 2, 3, 64, 64)));
    for (boolean configured : new boolean[] {false, true}) {
      Files.writeString(config, DocumentWriter.text(teacher()));
      Object[] options = configured ? new Object[] {half, "--config", config} : new Object[] {half};
      assertThat(forward("convnext", options).err()).isEmpty();
      assertRounded(VISION, "tokens", "convnext.tokens", FormatError.TEACHER);
    }
  }

  @Test
  void should_say_what_does_not_fit() throws IOException {
    write(new AutoencoderKl(autoencoder()), name -> name);
    write(Map.of("images", manager.zeros(new Shape(1, 3, 20, 16))));
    assertThat(forward("vae-encode").err())
        .contains("vae pixels: expected a height and width divisible by 8 but was (1, 3, 20, 16)");
    write(Map.of("latents", manager.zeros(new Shape(1, 3, 8, 8))));
    assertThat(forward("vae-decode").err())
        .contains("latents: expected [batch, channels=4, height, width] but was [1, 3, 8, 8]");
    write(Map.of("voxels", manager.zeros(new Shape(1, 32))));
    assertThat(forward("lowlevel").err()).contains("as a low-level network has it");
    assertThat(forward("vae-encode").err()).contains("a tensor 'images'");
  }
}
