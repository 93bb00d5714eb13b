// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.core.weights.StateDict;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.checkpoint.CheckpointStore;

/** A run in bfloat16: what it computes in, what it keeps, and what it can be resumed as. */
class TrainingPrecisionTest {
  private static final TrainingConfig EXACT =
      TinyRun.jointConfig()
          .withOptimizer(
              OptimizerConfig.paper()
                  .withLearningRate(3e-3)
                  .withAccumulation(2)
                  .withClipNorm(5)
                  .withAverage(0.5));
  private static final TrainingConfig HALF =
      EXACT.withOptimizer(EXACT.optimizer().withPrecision(Precision.BFLOAT16));

  @FreshManager private NDManager owner;
  @TempDir private Path folder;

  private MindEyeTrainer trainer(TrainingConfig config, TrainingListener... listeners) {
    return new MindEyeTrainer(config, listeners).withCheckpoints(CheckpointPolicy.in(folder));
  }

  @Test
  void should_be_the_run_that_never_stopped() {
    Recorder whole = new Recorder();
    TrainingResult expected;
    Map<String, float[]> trained;
    try (MindEyeModel model = TinyRun.jointModel()) {
      expected =
          new MindEyeTrainer(HALF, whole).train(model, TinyRun.training(), TinyRun.validation());
      trained = TinyRun.weights(model);
    }
    Recorder first = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      trainer(HALF, first)
          .stoppingWhen(() -> first.steps.size() == 3)
          .train(model, TinyRun.training(), TinyRun.validation());
    }
    Recorder rest = new Recorder();
    try (MindEyeModel model = TinyRun.jointShape().initialized(Device.cpu(), 7)) {
      TrainingResult result =
          trainer(HALF, rest).resume(model, TinyRun.training(), TinyRun.validation());
      assertThat(result).isEqualTo(expected);
      Map<String, float[]> found = TinyRun.weights(model);
      trained.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
    }
    assertThat(first.steps).isEqualTo(whole.steps.subList(0, 3));
    assertThat(rest.steps).isEqualTo(whole.steps.subList(3, whole.steps.size()));
  }

  @Test
  void should_compute_nearly_what_float32_does() {
    Recorder exact = new Recorder();
    Recorder half = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel();
        MindEyeModel other = TinyRun.jointModel()) {
      new MindEyeTrainer(EXACT, exact).train(model, TinyRun.training(), TinyRun.validation());
      new MindEyeTrainer(HALF, half).train(other, TinyRun.training(), TinyRun.validation());
    }
    for (int i = 0; i < 3; i++) {
      double expected = exact.steps.get(i).loss().value(LossTerm.TOTAL);
      double found = half.steps.get(i).loss().value(LossTerm.TOTAL);
      assertThat(found).isNotEqualTo(expected).isCloseTo(expected, withinPercentage(5));
    }
    assertThat(half.epochs.get(3).validation().value("cosine"))
        .isCloseTo(exact.epochs.get(3).validation().value("cosine"), withinPercentage(10));
  }

  /** The copies follow the weights: what the last step left is what the network computes with. */
  @Test
  void should_leave_the_format_of_the_networks_as_it_was() {
    try (MindEyeModel model = TinyRun.jointModel()) {
      ResidualMlpBackbone backbone = model.backbone();
      Precision[] during = {null};
      TrainingListener look =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              during[0] = backbone.precision();
            }
          };
      new MindEyeTrainer(HALF, look).train(model, TinyRun.training(), TinyRun.validation());
      assertThat(during[0]).isEqualTo(Precision.BFLOAT16);
      assertThat(backbone.precision()).isEqualTo(Precision.FLOAT32);
      backbone.arrays().values().forEach(a -> assertThat(a.hasGradient()).isFalse());
    }
  }

  @Test
  void should_save_float32_that_loads_in_any_format() throws IOException {
    try (MindEyeModel model = TinyRun.jointModel()) {
      trainer(HALF).train(model, TinyRun.training(), TinyRun.validation());
    }
    try (CheckpointStore store = CheckpointStore.open(folder)) {
      for (String file : new String[] {"model", "optimizer", "average"}) {
        try (StateDict tensors = store.newest().orElseThrow().tensors(file)) {
          assertThat(tensors.names())
              .allSatisfy(n -> assertThat(tensors.info(n).type()).isEqualTo(ElementType.FLOAT32));
        }
      }
      assertThat(RunDescription.record(store.newest().orElseThrow()).precision())
          .isEqualTo(Precision.BFLOAT16);
      float[] expected = null;
      for (Precision precision : Precision.values()) {
        try (StateDict tensors = store.newest().orElseThrow().tensors("average");
            ResidualMlpBackbone loaded =
                ResidualMlpBackbone.load(
                    tensors.partOf("voxel2clip."),
                    TinyRun.backboneConfig(32),
                    precision,
                    Device.cpu())) {
          NDArray x = NoiseSource.seeded(4).normal(owner, new Shape(2, TinyRun.VOXELS));
          NDArray y = loaded.forward(VoxelBatch.of(x), Mode.eval()).tokens().array();
          assertThat(y.getDataType()).isEqualTo(DataType.FLOAT32);
          float[] tokens = y.toFloatArray();
          expected = expected == null ? tokens : expected;
          assertThat(tokens).containsExactly(expected, org.assertj.core.data.Offset.offset(0.1f));
        }
      }
    }
  }

  @Test
  void should_refuse_to_resume_in_another_format() {
    try (MindEyeModel model = TinyRun.jointModel()) {
      trainer(HALF).train(model, TinyRun.training(), TinyRun.validation());
      assertThatThrownBy(
              () -> trainer(EXACT).resume(model, TinyRun.training(), TinyRun.validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              folder.resolve("step-000000008")
                  + ": expected a checkpoint of this run but it differs in"
                  + " {config.optimizer.precision=\"BFLOAT16\" there, \"FLOAT32\" here}; resume with"
                  + " what the run was started with, or start a new one in another folder");
    }
  }

  @Test
  void should_refuse_weights_that_are_kept_in_another_format() throws IOException {
    try (MindEyeModel model = TinyRun.jointModel()) {
      trainer(EXACT).train(model, TinyRun.training(), TinyRun.validation());
    }
    try (CheckpointStore store = CheckpointStore.open(folder);
        StateDict tensors = store.newest().orElseThrow().tensors("model");
        MindEyeModel half =
            MindEyeModel.of(
                ResidualMlpBackbone.load(
                    tensors.partOf("voxel2clip."),
                    TinyRun.backboneConfig(32),
                    Precision.BFLOAT16,
                    Device.cpu()))) {
      assertThatThrownBy(
              () ->
                  new MindEyeTrainer(HALF.withObjective(Objective.CONTRASTIVE_ONLY))
                      .train(half, TinyRun.training(), TinyRun.validation()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "ResidualMlpBackbone keeps its weights in BFLOAT16: load them in FLOAT32 to train");
    }
  }

  @Test
  void should_leave_no_native_memory_behind() {
    try (MindEyeModel model = TinyRun.jointModel()) {
      MindEyeTrainer trainer = new MindEyeTrainer(HALF.withEpochs(3));
      LeakCheck.assertNoLeak(
          3, () -> trainer.train(model, TinyRun.training(), TinyRun.validation()));
    }
  }
}
