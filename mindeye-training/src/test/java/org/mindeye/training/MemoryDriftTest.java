// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.TrainingListener.StepReport;

/** A long run takes no more memory at its end than at its start. */
class MemoryDriftTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int EVERY = 100;
  private static final int WARM_UP = 800;

  /** Everything that allocates: prior, moving average, accumulation, clipping. 8 steps an epoch. */
  private static TrainingConfig config(int epochs) {
    OptimizerConfig optimizer =
        OptimizerConfig.paper()
            .withLearningRate(1e-3)
            .withAccumulation(2)
            .withClipNorm(1)
            .withAverage(0.99);
    return TinyRun.jointConfig().withBatchSize(4).withEpochs(epochs).withOptimizer(optimizer);
  }

  private static void train(int epochs, Runnable everyHundredSteps) {
    TrainingListener watch =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() % EVERY == EVERY - 1) {
              everyHundredSteps.run();
            }
          }
        };
    try (MindEyeModel model = TinyRun.jointModel()) {
      new MindEyeTrainer(config(epochs), watch)
          .train(model, TinyRun.training(), TinyRun.validation());
    }
  }

  @Test
  void should_keep_no_tensor_of_any_step() {
    List<LeakCheck.Census> alive = new ArrayList<>();
    train(50, () -> alive.add(LeakCheck.census()));
    assertThat(alive).hasSize(4).containsOnly(alive.get(0));
  }

  /** In a process of its own, whose Java heap is there from the start and never changes. */
  @Test
  @Tag("slow")
  void should_not_drift_by_a_percent_over_2000_steps() throws IOException {
    assumeThat(Files.exists(STATUS)).as("resident memory is read from %s", STATUS).isTrue();
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-Dai.djl.offline=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            MemoryDriftTest.class.getName());
    Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<Long> resident = printed.lines().map(Long::parseLong).toList();
    assertThat(resident).hasSize(28);
    double start = average(resident, WARM_UP / EVERY - 1);
    double end = average(resident, resident.size() - 4);
    assertThat(end).as("resident memory in KiB: %s", resident).isLessThan(1.01 * start);
  }

  private static double average(List<Long> values, int from) {
    return values.subList(from, from + 4).stream().mapToLong(v -> v).average().orElseThrow();
  }

  /** The child: prints the resident memory, in KiB, after every hundred of 2800 steps. */
  public static void main(String[] arguments) {
    train(350, () -> System.out.println(residentKibibytes()));
  }

  private static long residentKibibytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
