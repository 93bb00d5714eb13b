// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.WebDatasetWriter;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.training.TrainingConfig;

/** The programs run on the files of a quickstart, here of a tiny one. */
class QuickstartFolderTest {
  @TempDir private Path folder;
  private QuickstartFolder made;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @BeforeEach
  void make() throws IOException {
    made = QuickstartFolder.of(folder.toString());
    List<Trial> trials = CustomLoopTest.trials();
    Path data = Files.createDirectory(folder.resolve("data"));
    try (var writer = WebDatasetWriter.create(data, 99, WriterConfig.DEFAULT)) {
      for (int i = 0; i < trials.size(); i++) {
        writer.add(i < 32 ? Split.TRAIN : i < 40 ? Split.VALIDATION : Split.TEST, trials.get(i));
      }
      writer.commit();
    }
    var shape =
        new VisionTransformerConfig(
            64, 256, 3, 4, new PatchGrid(64, 16), 32, Nonlinearity.QUICK_GELU);
    var tower = new ClipVisionTransformer(shape);
    tower.initialize(Device.cpu(), NoiseSource.seeded(7));
    WeightFiles.write(made.clip(), tower, shape.metadata());
    BackboneConfig config;
    try (ClipImageEncoder clip = ClipImageEncoder.of(tower)) {
      config = BackboneConfig.paper(150).withHidden(16).withSpace(clip.space()).withProjector(16);
    }
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(config)) {
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      WeightFiles.write(made.weights(), backbone, Map.of());
    }
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void should_read_the_splits() throws IOException {
    assertThat(made.trials(Split.TRAIN)).hasSize(32);
    assertThat(made.trials(Split.TEST)).extracting(Trial::cocoId).first().isEqualTo(40L);
  }

  @Test
  void should_run_the_custom_loop() throws IOException {
    CustomLoop.run(made, out);

    assertThat(lines()).hasSize(26).element(19).asString().startsWith("epoch 19: loss ");
    assertThat(lines().get(21)).matches("  image +[0-7]  score -?0\\.\\d{4}");
  }

  @Test
  void should_run_long_and_continue() throws IOException {
    Path run = folder.resolve("run");
    TrainingConfig recipe = LongRun.smallRecipe().withBatchSize(16);
    LongRun.train(made, recipe, run, out);
    int once = lines().size();
    LongRun.train(made, recipe, run, out);

    assertThat(lines().get(once - 1)).isEqualTo("done after 20 steps; see " + run);
    assertThat(lines().subList(once, lines().size()))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("everySteps: a checkpoint after every 100 steps"),
            line -> assertThat(line).startsWith("resuming at step 20 of 20"),
            line -> assertThat(line).isEqualTo("done after 20 steps; see " + run));
  }

  @Test
  void should_embed_with_djl() throws IOException {
    DjlPredictor.run(made, out);

    assertThat(lines()).containsExactly("150 voxels to a vector of 544");
  }
}
