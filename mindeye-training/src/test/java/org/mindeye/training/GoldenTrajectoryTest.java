// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.losses.BiMixCoLoss;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoPlan;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.losses.SoftClipLoss;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;
import org.mindeye.training.TrainingListener.StepReport;

/** Gradients and twenty training steps of the original, repeated with this library's pieces. */
class GoldenTrajectoryTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  private static final int BATCH = Integer.parseInt(GOLDEN.metadata("batch"));
  private static final double GRADIENTS = 5e-5;

  private ResidualMlpBackbone backbone;

  @BeforeEach
  void build() {
    backbone =
        new ResidualMlpBackbone(
            BackboneConfig.paper(GOLDEN.number("backbone", "voxels"))
                .withHidden(GOLDEN.number("backbone", "hidden"))
                .withBlocks(GOLDEN.number("backbone", "blocks"))
                .withSpace(
                    new ClipSpace(
                        GOLDEN.number("backbone", "tokens"), GOLDEN.number("backbone", "width")))
                .withDropout(0, 0));
    backbone.initialize(Device.cpu(), NoiseSource.seeded(0));
    ParityWeights.asGenerated().fill(backbone.getParameters());
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  private VoxelBatch voxels(NDManager manager, long seed) {
    return VoxelBatch.of(
        ParityGenerator.input(manager, seed, new Shape(BATCH, backbone.config().voxels())));
  }

  private ClipVectors targets(NDManager manager, long seed) {
    return ClipVectors.normalized(
        ParityGenerator.input(manager, seed, new Shape(BATCH, backbone.config().space().size())));
  }

  private static MixCoPlan plan() {
    double[] selected = GOLDEN.list("selected");
    boolean[] chosen = new boolean[selected.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = selected[i] != 0;
    }
    int[] permutation = DoubleStream.of(GOLDEN.list("perm")).mapToInt(i -> (int) i).toArray();
    return MixCoPlan.of(permutation, GOLDEN.list("betas"), chosen);
  }

  @Test
  void should_equal_the_gradients_of_bimixco() {
    assertGradients(
        "bimixco",
        (brain, image) ->
            new BiMixCoLoss(0.006, MixCoTargets.AS_PUBLISHED).evaluate(brain, image, plan()));
  }

  @Test
  void should_equal_the_gradients_of_softclip() {
    assertGradients("softclip", new SoftClipLoss(0.006)::evaluate);
  }

  private interface Loss {
    NDArray evaluate(ClipVectors brain, ClipVectors image);
  }

  private void assertGradients(String name, Loss loss) {
    try (FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(backbone, 1e-2));
        StepScope step = StepScope.open(Device.cpu())) {
      long seed = GOLDEN.seedBase();
      BrainEmbedding brain = backbone.forward(voxels(step.manager(), seed), Mode.eval());
      NDArray value =
          loss.evaluate(brain.projected().toUnitVectors(), targets(step.manager(), seed + 1));
      TensorAssert.assertThat(value).matches(GOLDEN, "loss." + name, 1e-5);
      ParameterGradients gradients = step.gradients(value, optimizer.parameters());
      assertThat(optimizer.parameters()).hasSize(34);
      for (Parameter parameter : optimizer.parameters()) {
        TensorAssert.assertThat(gradients.of(parameter).orElseThrow())
            .matches(GOLDEN, "grad." + name + "." + parameter.getName(), GRADIENTS);
      }
    }
  }

  /**
   * Through the trainer's own steps: no dropout, SoftCLIP at 0.02 throughout, 30 times the error.
   */
  @Test
  void should_equal_twenty_steps_of_the_original() {
    float[] losses = GOLDEN.floats("train.losses");
    TrainingConfig config =
        TrainingConfig.paper()
            .withObjective(new Objective(1, 0, 30))
            .withContrastive(
                new ContrastiveConfig(
                    0, MixCoConfig.paper(), MixCoTargets.AS_PUBLISHED, 0.02, 0.02, 0.02))
            .withEpochs(losses.length)
            .withOptimizer(OptimizerConfig.paper().withLearningRate(3e-3).withWarmupEpochs(5));
    try (StepEngine<MindEyeModel, PaperBatch> engine =
        TinyRun.engine(config, MindEyeModel.of(backbone), 1)) {
      for (int k = 0; k < losses.length; k++) {
        StepReport report = engine.step(k, k, List.of(inputs(k)));
        assertThat(report.loss().value("total"))
            .as("loss of step " + k)
            .isCloseTo(losses[k], within(1e-4 * losses[k]));
      }
    }
    for (Parameter parameter : backbone.trainable()) {
      TensorAssert.assertThat(parameter.getArray())
          .matches(GOLDEN, "train.final." + parameter.getName(), GRADIENTS);
    }
    try (StepScope step = StepScope.open(Device.cpu())) {
      NDArray tokens =
          backbone.forward(voxels(step.manager(), GOLDEN.seedBase()), Mode.eval()).tokens().array();
      TensorAssert.assertThat(tokens.reshape(BATCH, -1))
          .matches(GOLDEN, "train.eval.tokens", GRADIENTS);
    }
  }

  private PaperBatch inputs(int k) {
    long seed = GOLDEN.seedBase();
    ClipSpace space = backbone.config().space();
    return new PaperBatch(
        manager -> voxels(manager, seed + 50 + k),
        () ->
            manager ->
                ClipTokens.of(
                    targets(manager, seed + 80 + k)
                        .array()
                        .reshape(BATCH, space.tokens(), space.width())),
        List.of("a", "b", "c", "d", "e", "f"));
  }

  @Test
  void should_know_every_training_entry_of_the_file() {
    List<String> expected =
        backbone.trainable().stream().map(p -> "train.final." + p.getName()).toList();
    assertThat(GOLDEN.names().stream().map(n -> n.replaceAll("@.*", "")).distinct())
        .filteredOn(name -> name.startsWith("train.final."))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Arrays.asList("train.losses", "train.eval.tokens")).allMatch(GOLDEN::contains);
  }
}
