// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.LoaderConfig;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.data.loader.TrialLoader;

/** Targets of the paper's size, of which the heap holds a part only. */
class LargeTargetCacheTest {
  private static final int IMAGES = 640;

  /** 257 tokens of 768, from next to no computation. */
  private static final VisionTransformerConfig TOWER =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(64, 4), 768, Nonlinearity.QUICK_GELU);

  @TempDir private Path root;

  @Test
  @Tag("slow")
  void should_fill_and_read_a_cache_larger_than_the_heap() throws IOException {
    Path folder = root.resolve("cache");
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-Dai.djl.offline=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            LargeTargetCacheTest.class.getName(),
            folder.toString());
    Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(printed.strip()).isEqualTo("100 batches of 257x768 read twice");
    assertThat(Files.size(folder.resolve(TargetCache.TOKENS)))
        .isEqualTo(2L * IMAGES * ClipSpace.VIT_L_14_HIDDEN.size())
        .isGreaterThan(2 * 96L << 20);
  }

  /** The child. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<Trial> trials = TinyRun.trials(0, IMAGES);
    ClipVisionTransformer network = new ClipVisionTransformer(TOWER);
    network.initialize(Device.cpu(), NoiseSource.seeded(2));
    TargetCache cache;
    try (ClipImageEncoder clip = ClipImageEncoder.of(network)) {
      cache = TargetCache.fill(folder, clip, TargetLayer.HIDDEN, trials, (done, count) -> {});
    }
    CachedTargets targets = cache.targets(trials);
    int batches = 0;
    for (int epoch = 0; epoch < 5; epoch++) {
      for (TrialBatch batch : new TrialLoader(trials, LoaderConfig.training(32, 1)).epoch(epoch)) {
        batches += read(targets, batch).equals(read(targets, batch)) ? 1 : 0;
      }
    }
    System.out.println(batches + " batches of " + targets.space() + " read twice");
  }

  private static String read(CachedTargets targets, TrialBatch batch) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      return String.valueOf(targets.targets(batch, manager).array().sum().getFloat());
    }
  }
}
