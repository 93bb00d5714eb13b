// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.cli.CommandRun;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.evaluation.PixCorr;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.evaluation.Ssim;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;

/** Metrics through the command, against those of the original's libraries. */
class ForwardMetricsTest {
  private static final Golden GOLDEN = Golden.open("/golden/vision-and-metrics.safetensors");
  private static final double TOLERANCE = 1e-6;

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private CommandRun run(NDArray reals, NDArray predictions, Object... options) throws IOException {
    Path inputs = folder.resolve("in");
    WeightFiles.write(inputs, Map.of("reals", reals, "predictions", predictions), Map.of());
    List<Object> arguments = new ArrayList<>(List.of("forward", "metrics", "--inputs", inputs));
    arguments.addAll(List.of("--output", folder.resolve("out")));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments.toArray());
  }

  private float[] result(String name) throws IOException {
    try (StateDict file = WeightFiles.open(folder.resolve("out"))) {
      return file.load(name, manager).toFloatArray();
    }
  }

  private NDArray[] pictures() {
    Shape shape = new Shape(6, 3, 48, 48);
    NDArray a = ParityGenerator.input(manager, GOLDEN.seedBase() + 20, shape, 0.5, 0.5);
    NDArray b = ParityGenerator.input(manager, GOLDEN.seedBase() + 21, shape, 0.5, 0.5);
    return new NDArray[] {a, a.mul(0.6f).add(b.mul(0.4f))};
  }

  @Test
  void should_equal_the_golden_scores_of_pictures() throws IOException {
    NDArray[] pictures = pictures();
    CommandRun run = run(pictures[0], pictures[1]);

    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .containsExactly(
            "pixcorr_each (6)",
            "pixcorr ()",
            "psnr_each (6)",
            "ssim_each (6)",
            "ssim ()",
            "ssim_columns_each (6)",
            "ssim_columns ()",
            "correlation_distance_each (6)",
            "correlation_distance ()",
            "twoway_counts (6)",
            "twoway ()",
            "twoway_transposed_counts (6)",
            "twoway_transposed ()");
    float[] pixCorr = GOLDEN.floats("metric.pixcorr_each");
    assertThat(result("pixcorr_each")).containsExactly(pixCorr, within((float) TOLERANCE));
    assertThat(result("ssim_each"))
        .containsExactly(GOLDEN.floats("metric.ssim_each"), within((float) TOLERANCE));
    double sum = 0;
    for (float each : pixCorr) {
      sum += each;
    }
    assertThat(result("pixcorr")[0]).isCloseTo((float) (sum / 6), within((float) TOLERANCE));
    // PixCorr and the distance are of the same numbers here.
    assertThat(result("correlation_distance")[0])
        .isCloseTo(1 - result("pixcorr")[0], within((float) TOLERANCE));
  }

  @Test
  void should_equal_the_golden_scores_of_features() throws IOException {
    Shape shape = new Shape(25, 60);
    NDArray real = ParityGenerator.input(manager, GOLDEN.seedBase() + 22, shape);
    NDArray predicted =
        real.mul(0.25f).add(ParityGenerator.input(manager, GOLDEN.seedBase() + 23, shape));

    assertThat(run(real, predicted).err()).isEmpty();

    float[] counts = GOLDEN.floats("metric.twoway_counts");
    try (StateDict file = WeightFiles.open(folder.resolve("out"))) {
      long[] found = file.load("twoway_counts", manager).toLongArray();
      assertThat(found).hasSameSizeAs(counts);
      for (int i = 0; i < counts.length; i++) {
        assertThat(found[i]).isEqualTo((long) counts[i]);
      }
      assertThat(file.names()).doesNotContain("ssim", "pixcorr");
    }
    assertThat(result("twoway")[0]).isEqualTo(GOLDEN.scalar("metric.twoway"));
    assertThat(result("correlation_distance_each"))
        .containsExactly(
            GOLDEN.floats("metric.correlation_distance_each"), within((float) TOLERANCE));
  }

  @Test
  void should_tell_the_transposed_comparison_apart() throws IOException {
    float[] originals = {1, 2, 3, 4, 6, 2, 1, 0, 1, 2, 5, 4, 4, 1, 0, 0, 1, 0, 1, 0};
    float[] painted = {1, 2, 2, 5, 5, 1, 1, 1, 2, 3, 4, 4, 5, 1, 1, 0, 2, 1, 1, 3};
    Shape shape = new Shape(4, 5);
    run(Torch.copy(manager, originals, shape), Torch.copy(manager, painted, shape));

    assertThat(result("twoway")).containsExactly(0.75f);
    assertThat(result("twoway_transposed")).containsExactly(5 / 6f);
    assertThat(result("correlation_distance")[0]).isCloseTo(0.406129f, within(5e-7f));
  }

  @Test
  void should_resize_as_configured_and_clamp_predictions() throws IOException {
    NDArray[] pictures = pictures();
    NDArray bright = pictures[1].repeat(2, 2).repeat(3, 2).mul(1.5f);
    Path config = folder.resolve("c.json");
    Files.writeString(config, "{\"schema\": 3, \"sides\": [24, 40], \"antialias\": \"ON\"}");

    assertThat(run(pictures[0], bright, "--config", config).err()).isEmpty();

    PixelGrid grid = new PixelGrid(List.of(24, 40), Antialias.ON);
    ImageBatch seen = ImageBatch.of(pictures[0]);
    ImageBatch clamped = ImageBatch.of(bright.clip(0, 1));
    float[] expected = new float[6];
    double[] exact = PixCorr.on(grid).each(seen, clamped);
    for (int i = 0; i < 6; i++) {
      expected[i] = (float) exact[i];
    }
    assertThat(result("pixcorr_each")).containsExactly(expected);
    assertThat(result("ssim_columns_each")[2])
        .isEqualTo((float) Ssim.on(grid, Ssim.Variant.COLUMNS).each(seen, clamped)[2]);
  }

  @Test
  void should_leave_out_what_is_undefined_for_few_or_small_pictures() throws IOException {
    NDArray[] pictures = pictures();
    String small = "0:1,:,0:5,0:5";
    assertThat(run(pictures[0].get(small), pictures[1].get(small)).out().lines())
        .containsExactly(
            "pixcorr_each (1)",
            "pixcorr ()",
            "psnr_each (1)",
            "correlation_distance_each (1)",
            "correlation_distance ()");
  }

  @Test
  void should_refuse_what_does_not_go_together() throws IOException {
    NDArray[] pictures = pictures();
    CommandRun run = run(pictures[0], pictures[1].get("0:2"));
    assertThat(run.err())
        .contains("painted: expected one image for each of the 6 seen ones but was (2, 3, 48, 48)");
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(run(pictures[0].mul(255f), pictures[1]).err())
        .contains("seen image 0: expected values in [0, 1]");
  }

  @Test
  void should_free_what_it_computed() throws IOException {
    NDArray[] pictures = pictures();
    run(pictures[0], pictures[1]);
    LeakCheck.assertNoLeak(
        20,
        () ->
            CommandRun.of(
                "forward",
                "metrics",
                "--inputs",
                folder.resolve("in"),
                "--output",
                folder.resolve("out")));
  }
}
