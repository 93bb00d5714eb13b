// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneEncoder;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.testkit.FreshManager;

/** The files of a checkpoint say which networks they are of where they are read alone. */
class CheckpointFilesTest {
  private static final TrainingConfig CONFIG =
      TinyRun.config()
          .withOptimizer(
              OptimizerConfig.paper()
                  .withLearningRate(OptimizerConfig.Schedule.CONSTANT, 1e-3)
                  .withAverage(0.5))
          .withEpochs(1);
  private static final ModelConfig SHAPE =
      ModelConfig.of(TinyRun.backboneConfig(4).withoutResiduals());

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private float[] tokens(BackboneEncoder encoder) {
    Shape shape = new Shape(2, TinyRun.VOXELS);
    VoxelBatch voxels = VoxelBatch.of(NoiseSource.seeded(4).normal(manager, shape));
    return encoder.encode(voxels, manager).tokens().array().toFloatArray();
  }

  /** A part that is added to a model is added to what the readers of metadata know. */
  @Test
  void should_note_the_parts_that_readers_know() throws IOException {
    ObjectNode all = new ObjectMapper().createObjectNode();
    for (RecordComponent part : ModelConfig.class.getRecordComponents()) {
      all.putObject(part.getName());
    }
    Path file = folder.resolve("parts.safetensors");
    WeightFiles.write(file, Map.of(), Map.of(BackboneConfig.METADATA, all.toString()));
    try (StateDict weights = WeightFiles.open(file)) {
      assertThat(BackboneConfig.notedNetworks(weights)).isPresent();
    }
  }

  @Test
  void should_give_the_tokens_of_a_run_without_residuals() throws IOException {
    Path step = folder.resolve("step-000000004");
    float[] trained;
    try (MindEyeModel model = SHAPE.initialized(Device.cpu(), 3)) {
      new MindEyeTrainer(CONFIG)
          .withCheckpoints(CheckpointPolicy.in(folder))
          .train(model, TinyRun.training(), TinyRun.validation());
      trained = tokens(BackboneEncoder.of(model.backbone())); // the average, at the end of a run
    }
    try (BackboneEncoder average =
            BackboneEncoder.load(step.resolve("average.safetensors"), Device.cpu());
        BackboneEncoder last =
            BackboneEncoder.load(step.resolve("model.safetensors"), Device.cpu())) {
      assertThat(tokens(average)).isEqualTo(trained);
      assertThat(tokens(last)).isNotEqualTo(trained);
    }
    for (String name : new String[] {"average.safetensors", "model.safetensors"}) {
      MindEyeWeights weights = MindEyeWeights.open(step.resolve(name));
      assertThat(weights.config()).as(name).hasValue(CONFIG);
      assertThat(weights.model()).as(name).hasValue(SHAPE);
      assertThat(weights.record()).as(name).isEqualTo(MindEyeWeights.open(step).record());
    }
    try (StateDict moments = WeightFiles.open(step.resolve("optimizer.safetensors"))) {
      assertThat(moments.metadata()).isEmpty();
    }
  }
}
