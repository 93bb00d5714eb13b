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
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;

/**
 * A run that an earlier version wrote is read by every later one. The run in the resources was
 * written by version 0.1.0 of 28 November 2026 with {@code -Dkept.run=FOLDER}; {@code tokens.json}
 * is what its averaged backbone makes of fixed voxels.
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

  private static Path kept() throws URISyntaxException {
    return Path.of(KeptRunTest.class.getResource("/runs/0.1.0").toURI());
  }

  @Test
  void should_read_the_run_of_version_0_1_0() throws IOException, URISyntaxException {
    TrainedRun run = TrainedRun.open(kept());
    assertThat(run.bestStep()).hasValue(4);
    MindEyeWeights checkpoint = run.best(MindEyeWeights::of);
    assertThat(checkpoint.config()).hasValue(CONFIG);
    assertThat(checkpoint.model()).hasValue(SHAPE);
    assertThat(checkpoint.record().orElseThrow().training().samples()).isEqualTo(TinyRun.TRAINING);
    assertThat(run.history()).hasSize(1);
    assertThat(run.history().get(0).validation().names())
        .contains("total", "cosine", "brainToImage", "imageToBrain", "candidates");
    float[] expected =
        new ObjectMapper()
            .readValue(Files.readAllBytes(kept().resolve("tokens.json")), float[].class);
    try (MindEyeModel model = checkpoint.load(false, Device.cpu())) {
      assertThat(tokens(model)).containsExactly(expected, Offset.offset(1e-5f));
    }
  }
}
