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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.testkit.FormatError;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;

/** Image-to-image through the command, against latents of the original code. */
class ForwardImageToImageTest {
  private static final Golden GOLDEN = Golden.open("/golden/generation.safetensors");
  private static final String KEY = "unet";
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path weights;
  private Path inputs;
  private Path output;

  @BeforeEach
  void write() throws IOException {
    weights = folder.resolve("weights.safetensors");
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
    try (ConditionalUnet network = new ConditionalUnet(mini())) {
      network.allocate(Device.cpu());
      ParityWeights.asGenerated().fill(network.getParameters());
      WeightFiles.write(weights, network, Map.of());
    }
    writeInputs(input(402, Math.sqrt(3), 1, 4, 16, 16));
  }

  private void writeInputs(NDArray noise) throws IOException {
    NDArray condition = input(400, 1, 1, 17, GOLDEN.number(KEY, "cross_attention_dim"));
    NDArray start = input(401, 1, 1, 4, 16, 16);
    WeightFiles.write(
        inputs, Map.of("condition", condition, "start", start, "noise", noise), Map.of());
  }

  private NDArray input(long stream, double scale, long... shape) {
    return ParityGenerator.input(manager, GOLDEN.seedBase() + stream, new Shape(shape), scale, 0);
  }

  private static ConditionalUnetConfig mini() {
    List<Integer> channels = new ArrayList<>();
    channels.addAll(GOLDEN.list(KEY, "block_out_channels"));
    return new ConditionalUnetConfig(
        new UnetStages(
            channels, List.of(true, true, true, false), 2, GOLDEN.number(KEY, "norm_num_groups")),
        GOLDEN.number(KEY, "attention_head_dim"),
        new ClipSpace(17, GOLDEN.number(KEY, "cross_attention_dim")),
        4,
        GOLDEN.number(KEY, "sample_size"));
  }

  private CommandRun forward(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", "img2img"));
    arguments.addAll(List.of("--weights", weights, "--inputs", inputs, "--output", output));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  private NDArray result() throws IOException {
    try (StateDict file = WeightFiles.open(output)) {
      return file.load("latents", manager);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void should_repaint_as_the_original_does(boolean configured) throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, DocumentWriter.text(ImageToImageConfig.paper(mini())));

    CommandRun run = configured ? forward("--config", config) : forward();

    assertThat(run.code()).as(run.err()).isZero();
    TensorAssert.assertThat(result()).matches(GOLDEN, "img2img.latents", TOLERANCE);
  }

  @Test
  void should_repaint_in_another_format() throws IOException {
    assertThat(forward("--precision=bfloat16").err()).isEmpty();
    TensorAssert.assertThat(result())
        .matches(
            GOLDEN, "img2img.latents", FormatError.IMAGE_TO_IMAGE, Precision.BFLOAT16, TOLERANCE);
  }

  @Test
  void should_do_what_the_configuration_says() throws IOException {
    Path config = folder.resolve("config.json");
    ImageToImageConfig paper = ImageToImageConfig.paper(mini());
    ImageToImageConfig none =
        new ImageToImageConfig(
            paper.network(), paper.scheduler(), paper.steps(), paper.guidance(), 0);
    Files.writeString(config, DocumentWriter.text(none));

    assertThat(forward("--config", config).code()).isZero();
    assertThat(result().toFloatArray()).isEqualTo(input(401, 1, 1, 4, 16, 16).toFloatArray());
  }

  @Test
  void should_refuse_noise_of_another_shape() throws IOException {
    writeInputs(input(402, 1, 1, 4, 8, 8));

    CommandRun run = forward();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("noise: expected the start's shape (1, 4, 16, 16) but was (1, 4, 8, 8)");
    assertThat(output).doesNotExist();
  }
}
