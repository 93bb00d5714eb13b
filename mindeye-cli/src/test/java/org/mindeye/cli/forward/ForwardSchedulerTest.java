// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/** Schedulers through the command, against those of diffusers. */
class ForwardSchedulerTest {
  private static final Golden GOLDEN = Golden.open("/golden/generation.safetensors");

  @TempDir private Path folder;
  @FreshManager private NDManager manager;
  private Path inputs;
  private Path output;

  @BeforeEach
  void write() throws IOException {
    inputs = folder.resolve("inputs.safetensors");
    output = folder.resolve("output.safetensors");
    NDArray sample = ParityGenerator.input(manager, GOLDEN.seedBase() + 300, new Shape(1, 4, 8, 8));
    WeightFiles.write(inputs, Map.of("sample", sample), Map.of());
  }

  private CommandRun forward(String... options) {
    List<Object> arguments = new ArrayList<>(List.of("forward", "scheduler"));
    arguments.addAll(List.of("--inputs", inputs, "--output", output));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "unipc, unipc, 20, 0",
    "unipc, unipc, 20, 3",
    "UniPC, unipc, 7, 0",
    "dpm-solver, dpmpp2m, 20, 0",
    "dpm_solver, dpmpp2m, 20, 3",
    "dpm-solver, dpmpp2m, 7, 0",
    "ddim, ddim, 20, 0",
    "ddim, ddim, 20, 3",
    "ddim, ddim, 7, 0"
  })
  void should_trace_every_step(String scheduler, String golden, int steps, int start)
      throws IOException {
    CommandRun run = forward("--scheduler=" + scheduler, "--steps=" + steps, "--start=" + start);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().strip()).isEqualTo("trace (" + (steps - start) + ", 1, 4, 8, 8)");
    try (StateDict file = WeightFiles.open(output)) {
      NDArray trace = file.load("trace", manager);
      TensorAssert.assertThat(trace)
          .matches(GOLDEN, "scheduler." + golden + ".n" + steps + ".start" + start, 1e-5);
    }
  }

  @Test
  void should_begin_at_the_noisy_end_and_free_what_it_computed() throws IOException {
    assertThat(forward("--scheduler=unipc", "--steps=4").out().strip())
        .isEqualTo("trace (4, 1, 4, 8, 8)");
    byte[] all = Files.readAllBytes(output);
    assertThat(forward("--scheduler=unipc", "--steps=4", "--start=0").code()).isZero();
    assertThat(Files.readAllBytes(output)).isEqualTo(all);
    LeakCheck.assertNoLeak(
        20, () -> assertThat(forward("--scheduler=unipc", "--steps=4").code()).isZero());
  }

  @Test
  void should_refuse_what_does_not_suit() throws IOException {
    assertUsage(forward(), "scheduler needs --scheduler");
    assertUsage(forward("--steps=3"), "scheduler needs --scheduler");
    assertUsage(forward("--scheduler=unipc"), "unipc needs --steps");
    assertUsage(
        forward("--scheduler=dpm-solver", "--steps=1000"),
        "steps: expected 1 to 999 for DPM_SOLVER with this schedule but was 1000");
    assertUsage(
        forward("--scheduler=ddim", "--steps=3", "--start=3"),
        "start: expected 0 to 2 of these timesteps but was 3");
    assertUsage(
        forward("--scheduler=unipc", "--steps=3", "--guidance=2"),
        "scheduler does not take --guidance");
    CommandRun losses =
        CommandRun.of(
            "forward",
            "losses",
            "--inputs",
            inputs,
            "--output",
            output,
            "--loss=clip",
            "--temperature=1",
            "--start=1");
    assertUsage(losses, "losses does not take --start");
    WeightFiles.write(
        inputs, Map.of("sample", manager.zeros(new Shape(2), DataType.INT64)), Map.of());
    assertThat(forward("--scheduler=unipc", "--steps=3").err())
        .contains("tensor 'sample': expected [float32] but found INT64 (2)");
    assertThat(output).doesNotExist();
  }

  private static void assertUsage(CommandRun run, String reason) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("mindeye forward: " + reason + " (see mindeye forward --help)");
  }
}
