// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.document.Document;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;

/**
 * A run that an earlier version wrote is read by every later one. The runs in the resources were
 * written by versions 0.1.0 of 28 and 29 November 2026 with {@code -Dkept.run=FOLDER}: {@code
 * 0.1.0} with documents of schema 1, the others with those of schema 2 and 3, and metadata in the
 * files of the weights. {@code tokens.json} is what the averaged backbone makes of fixed voxels.
 */
class KeptRunTest {
  private static final TrainingConfig CONFIG =
      TinyRun.config()
          .withOptimizer(
              OptimizerConfig.paper()
                  .withLearningRate(OptimizerConfig.Schedule.CONSTANT, 1e-3)
                  .withAverage(0.5))
          .withEpochs(1);
  private static final ModelConfig SHAPE =
      ModelConfig.of(TinyRun.backboneConfig(4).withProjector(4).withoutResiduals());

  private static float[] tokens(MindEyeModel model) {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      Shape shape = new Shape(2, TinyRun.VOXELS);
      VoxelBatch voxels = VoxelBatch.of(NoiseSource.seeded(4).normal(manager, shape));
      return model.backbone().forward(voxels, Mode.eval()).tokens().array().toFloatArray();
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "kept.run",
      matches = ".+",
      disabledReason = "writes a run to be kept, once per version")
  void should_write_a_run_to_keep() throws IOException {
    Path folder = Path.of(System.getProperty("kept.run"));
    try (MindEyeModel model = SHAPE.initialized(Device.cpu(), 3)) {
      TrainingResult result =
          new MindEyeTrainer(CONFIG)
              .withCheckpoints(CheckpointPolicy.in(folder))
              .train(model, TinyRun.training(), TinyRun.validation());
      assertThat(result.steps()).isEqualTo(4);
      Files.write(
          folder.resolve("tokens.json"), new ObjectMapper().writeValueAsBytes(tokens(model)));
    }
  }

  private static Path kept(String version) throws URISyntaxException {
    return Path.of(KeptRunTest.class.getResource("/runs/" + version).toURI());
  }

  private static float[] keptTokens(String version) throws IOException, URISyntaxException {
    byte[] json = Files.readAllBytes(kept(version).resolve("tokens.json"));
    return new ObjectMapper().readValue(json, float[].class);
  }

  private static int schema(String version, String document)
      throws IOException, URISyntaxException {
    return Document.read(kept(version).resolve("step-000000004").resolve(document)).schema();
  }

  @Test
  void should_have_kept_a_run_of_every_schema() throws IOException, URISyntaxException {
    assertThat(schema("0.1.0", "config.json")).isEqualTo(1);
    assertThat(schema("0.1.0-schema2", "config.json")).isEqualTo(2);
    assertThat(schema("0.1.0-schema3", "config.json")).isEqualTo(3).isEqualTo(Document.CURRENT);
  }

  @Test
  void should_know_the_network_from_a_file_of_its_weights() throws IOException, URISyntaxException {
    String version = "0.1.0-schema3";
    Path average = kept(version).resolve("step-000000004").resolve("average.safetensors");
    try (MindEyeModel model = MindEyeWeights.open(average).load(false, Device.cpu())) {
      assertThat(tokens(model)).containsExactly(keptTokens(version), Offset.offset(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1.0", "0.1.0-schema2", "0.1.0-schema3"})
  void should_read_the_run_of_every_version(String version) throws IOException, URISyntaxException {
    TrainedRun run = TrainedRun.open(kept(version));
    assertThat(run.bestStep()).hasValue(4);
    MindEyeWeights checkpoint = run.best(MindEyeWeights::of);
    assertThat(checkpoint.config()).hasValue(CONFIG);
    assertThat(checkpoint.model()).hasValue(SHAPE);
    assertThat(checkpoint.record().orElseThrow().training().samples()).isEqualTo(TinyRun.TRAINING);
    assertThat(run.history()).hasSize(1);
    assertThat(run.history().get(0).validation().names())
        .contains("total", "cosine", "brainToImage", "imageToBrain", "candidates");
    float[] expected = keptTokens(version);
    try (MindEyeModel model = checkpoint.load(false, Device.cpu())) {
      assertThat(tokens(model)).containsExactly(expected, Offset.offset(1e-5f));
    }
  }
}
