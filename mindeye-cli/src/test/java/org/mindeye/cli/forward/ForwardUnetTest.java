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

/** The conditional UNet through the command, against tensors of the original code. */
class ForwardUnetTest {
  private static final Golden GOLDEN = Golden.open("/golden/generation.safetensors");
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path weights;
  private Path inputs;
  private Path output;

  @BeforeEach
  void writeWeights() throws IOException {
    weights = folder.resolve("weights.safetensors");
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
    try (ConditionalUnet network = new ConditionalUnet(config())) {
      network.allocate(Device.cpu());
      ParityWeights.asGenerated().fill(network.getParameters());
      WeightFiles.write(weights, network, Map.of());
    }
  }

  private static ConditionalUnetConfig config() {
    List<Integer> channels = new ArrayList<>();
    channels.addAll(GOLDEN.list("unet", "block_out_channels"));
    return new ConditionalUnetConfig(
        new UnetStages(
            channels,
            List.of(true, true, true, false),
            2,
            GOLDEN.number("unet", "norm_num_groups")),
        GOLDEN.number("unet", "attention_head_dim"),
        new ClipSpace(17, GOLDEN.number("unet", "cross_attention_dim")),
        4,
        GOLDEN.number("unet", "sample_size"));
  }

  private CommandRun forward(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", "unet"));
    arguments.addAll(List.of("--weights", weights, "--inputs", inputs, "--output", output));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  private NDArray input(long stream, long... shape) {
    return ParityGenerator.input(manager, GOLDEN.seedBase() + stream, new Shape(shape));
  }

  private void write(NDArray sample, NDArray condition, long... timesteps) throws IOException {
    NDArray timestep = manager.create(timesteps);
    WeightFiles.write(
        inputs, Map.of("sample", sample, "timestep", timestep, "condition", condition), Map.of());
  }

  private void assertResult(String entry) throws IOException {
    try (StateDict file = WeightFiles.open(output)) {
      assertThat(file.names()).containsExactly("predicted");
      TensorAssert.assertThat(file.load("predicted", manager)).matches(GOLDEN, entry, TOLERANCE);
    }
  }

  @Test
  void should_find_the_noise_of_the_original_with_one_timestep_or_with_each() throws IOException {
    for (long[] timesteps : new long[][] {{850}, {850, 850}}) {
      write(input(200, 2, 4, 16, 16), input(201, 2, 17, 24), timesteps);
      CommandRun run = forward();
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("predicted (2, 4, 16, 16)");
      assertResult("unet.t850");
    }
  }

  @Test
  void should_compute_in_another_format() throws IOException {
    write(input(200, 2, 4, 16, 16), input(201, 2, 17, 24), 850);
    assertThat(forward("--precision=bfloat16").err()).isEmpty();
    try (StateDict file = WeightFiles.open(output)) {
      TensorAssert.assertThat(file.load("predicted", manager))
          .matches(GOLDEN, "unet.t850", FormatError.UNET, Precision.BFLOAT16, TOLERANCE);
    }
  }

  @Test
  void should_take_the_configuration() throws IOException {
    write(input(202, 1, 4, 16, 16), input(203, 1, 5, 24), 1);
    Path file = folder.resolve("config.json");
    Files.writeString(file, DocumentWriter.text(config()));
    assertThat(forward("--config", file).code()).isZero();
    assertResult("unet.t1");
    Files.writeString(file, DocumentWriter.text(config().withHeads(4)));
    assertThat(forward("--config", file).code()).isZero();
    try (StateDict result = WeightFiles.open(output)) {
      assertThat(result.load("predicted", manager).toFloatArray())
          .isNotEqualTo(GOLDEN.floats("unet.t1"));
    }
  }

  @Test
  void should_refuse_timesteps_that_are_none() throws IOException {
    write(input(200, 2, 4, 16, 16), input(201, 2, 17, 24), 1, 2, 3);
    assertThat(forward().err())
        .contains("tensor 'timestep'")
        .contains("one for each sample, or one for all");
    write(input(200, 2, 4, 16, 16), input(201, 2, 17, 24), 1, -2);
    assertThat(forward().err()).contains("expected numbers from 0 but found -2");
    assertThat(output).doesNotExist();
  }
}
