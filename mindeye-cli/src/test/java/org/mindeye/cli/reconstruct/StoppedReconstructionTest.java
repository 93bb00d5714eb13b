// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.TinyWorld;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.MindEyePipeline;
import picocli.CommandLine;

/** A reconstruction that is stopped between two steps leaves whole pictures and can go on. */
class StoppedReconstructionTest {
  /** Of the prior, and of the painting, for one picture. */
  private static final int STEPS = 2 + 3;

  @TempDir private static Path place;
  @TempDir private Path folder;

  private static ReconstructionInputs inputs;

  @BeforeAll
  static void train() throws IOException {
    TinyWorld world = TinyWorld.in(place);
    Path run = place.resolve("run");
    CommandRun.of(world.train(run, "--epochs=1", "--warmup-epochs=0.5"));
    Path painter = SmallPainter.write(place.resolve("painter"), 32);
    ResponseOptions responses =
        CommandLine.populateCommand(
            new ResponseOptions(), "--data=" + world.data(), "--subject=99", "--first=3");
    inputs = ReconstructionInputs.open(new NetworkPlaces(run, painter, null, null), responses, 1);
  }

  private static int paint(Path out, BooleanSupplier stop) throws IOException {
    DecodeConfig how = DecodeConfig.paper().withSteps(3).withCandidates(1);
    PaintingRequest request = new PaintingRequest(99, "test", Map.of(), how, 2, null, false);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try (PaintedFolder claimed = PaintedFolder.claim(out, request);
        MindEyePipeline pipeline = inputs.load(request, Device.cpu())) {
      return new ReconstructionRun(pipeline, claimed, new Console(nowhere, false), stop, 0)
          .paint(inputs.trials());
    }
  }

  private static List<String> pictures(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".png"))
          .sorted()
          .toList();
    }
  }

  @Test
  void should_stop_between_two_steps_and_go_on_with_the_same_pictures() throws IOException {
    Path whole = folder.resolve("whole");
    assertThat(paint(whole, () -> false)).isEqualTo(3);
    Path stopped = folder.resolve("stopped");
    AtomicInteger asked = new AtomicInteger();
    int done = paint(stopped, () -> asked.incrementAndGet() > STEPS + 5);

    assertThat(done).isEqualTo(1);
    assertThat(asked.get()).as("it is asked before every step").isLessThan(3 * STEPS);
    assertThat(pictures(stopped)).isEqualTo(pictures(whole).subList(0, 1));
    assertThat(paint(stopped, () -> true)).isEqualTo(1);
    assertThat(paint(stopped, () -> false)).isEqualTo(3);
    assertThat(pictures(stopped)).isEqualTo(pictures(whole)).hasSize(3);
    for (String name : pictures(whole)) {
      assertThat(stopped.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }
}
