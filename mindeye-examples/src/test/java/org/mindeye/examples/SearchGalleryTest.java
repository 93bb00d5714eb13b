// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Trial;
import org.mindeye.training.CachedTargets;

class SearchGalleryTest {
  @TempDir private Path folder;

  @Test
  void should_find_what_was_seen() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Path tower = folder.resolve("clip.safetensors");
    List<Trial> trials = CustomLoopTest.trials();
    train(weights, tower, trials);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    SearchGallery.run(
        weights, tower, trials, new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .matches("the seen picture came first for (4[0-8]) of 48\\R");
  }

  /** Writes a trained backbone and the tower that made its targets. */
  static void train(Path weights, Path tower, List<Trial> trials) throws IOException {
    PrintStream silent =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    var shape =
        new VisionTransformerConfig(
            64, 256, 3, 4, new PatchGrid(64, 16), 32, Nonlinearity.QUICK_GELU);
    var network = new ClipVisionTransformer(shape);
    network.initialize(Device.cpu(), NoiseSource.seeded(7));
    WeightFiles.write(tower, network, shape.metadata());
    try (ClipImageEncoder clip = ClipImageEncoder.of(network)) {
      CachedTargets targets = CachedTargets.encode(clip, trials);
      try (ResidualMlpBackbone backbone =
          CustomLoop.train(Device.cpu(), trials, targets, 30, silent)) {
        WeightFiles.write(weights, backbone, Map.of());
      }
    }
  }
}
