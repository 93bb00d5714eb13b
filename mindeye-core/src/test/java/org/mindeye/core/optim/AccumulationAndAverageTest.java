// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.backbone.BackboneNorm;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.internal.kernel.LinearCombination;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.LeakCheck;

class AccumulationAndAverageTest {
  private static final BackboneConfig CONFIG =
      BackboneConfig.paper(5).withHidden(4).withSpace(new ClipSpace(2, 3)).withoutProjector();

  private static ResidualMlpBackbone backbone(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  private static ParameterGradients gradients(
      StepScope step, ResidualMlpBackbone backbone, long seed) {
    VoxelBatch voxels =
        VoxelBatch.of(NoiseSource.seeded(seed).normal(step.manager(), new Shape(3, 5)));
    NDArray loss = backbone.forward(voxels, Mode.eval()).tokens().array().square().mean();
    return step.gradients(loss, backbone.trainable());
  }

  @Test
  void should_be_the_mean_of_all_that_was_added() {
    try (ResidualMlpBackbone backbone = backbone(CONFIG);
        FusedAdamW open = FusedAdamW.over(ParameterGroups.conventional(backbone, 0))) {
      Parameter lin0 = backbone.trainable().get(0);
      float[] one;
      float[] other;
      try (StepScope step = StepScope.open(Device.cpu())) {
        one = gradients(step, backbone, 1).of(lin0).orElseThrow().toFloatArray();
      }
      try (StepScope step = StepScope.open(Device.cpu())) {
        other = gradients(step, backbone, 2).of(lin0).orElseThrow().toFloatArray();
      }
      try (GradientAccumulator sum = new GradientAccumulator()) {
        for (long seed = 1; seed <= 2; seed++) {
          try (StepScope step = StepScope.open(Device.cpu())) {
            sum.add(gradients(step, backbone, seed));
          }
        }
        assertThat(sum.count()).isEqualTo(2);
        float[] mean = sum.mean().of(lin0).orElseThrow().toFloatArray();
        assertThat(sum.mean().of(lin0).orElseThrow().toFloatArray()).isEqualTo(mean);
        assertThatIllegalStateException()
            .isThrownBy(() -> sum.add(sum.mean()))
            .withMessage("the mean was taken already: add the next gradients to a new accumulator");
        for (int i = 0; i < mean.length; i++) {
          assertThat(mean[i]).isCloseTo((one[i] + other[i]) / 2, within(1e-7f));
        }
      }
      LeakCheck.assertNoLeak(
          () -> {
            try (GradientAccumulator sum = new GradientAccumulator();
                StepScope step = StepScope.open(Device.cpu())) {
              sum.add(gradients(step, backbone, 1));
              sum.mean();
            }
          });
      try (GradientAccumulator empty = new GradientAccumulator()) {
        assertThatIllegalStateException()
            .isThrownBy(empty::mean)
            .withMessage("no gradients were added");
        empty.close();
        String closed = "GradientAccumulator is closed; closing is final, so make a new one";
        assertThatIllegalStateException().isThrownBy(empty::mean).withMessage(closed);
        assertThatIllegalStateException().isThrownBy(() -> empty.add(null)).withMessage(closed);
      }
    }
  }

  @Test
  void should_follow_the_weights_slowly_and_the_buffers_at_once() {
    BackboneConfig normed = CONFIG.withNorm(BackboneNorm.BATCH_NORM_RELU, false);
    try (ResidualMlpBackbone trained = backbone(normed);
        ResidualMlpBackbone twin = new ResidualMlpBackbone(normed)) {
      twin.allocate(Device.cpu());
      ExponentialMovingAverage average = new ExponentialMovingAverage(trained, twin, 0.75);
      average.reset();
      for (String name : List.of("lin0.0.weight", "lin0.1.running_var")) {
        NDArray weight = trained.arrays().get(name);
        float[] before = weight.toFloatArray();
        assertThat(twin.arrays().get(name).toFloatArray()).isEqualTo(before);
        LinearCombination.scale(weight, 3);
        average.update();
        float grown = name.endsWith("weight") ? 1.5f : 3;
        assertThat(twin.arrays().get(name).toFloatArray()[0])
            .isCloseTo(grown * before[0], within(1e-6f));
      }
      trained.arrays().get("lin0.1.num_batches_tracked").addi(9);
      average.update();
      assertThat(twin.arrays().get("lin0.1.num_batches_tracked").getLong()).isEqualTo(9);
    }
  }

  @Test
  void should_refuse_other_networks_and_impossible_decays() {
    try (ResidualMlpBackbone one = backbone(CONFIG);
        ResidualMlpBackbone deeper = backbone(CONFIG.withBlocks(5))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ExponentialMovingAverage(one, deeper, 0.5))
          .withMessage("the average of a network needs a twin with the same parameters");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ExponentialMovingAverage(one, one, 1))
          .withMessage("decay: expected a number in [0, 1) but was 1.0");
    }
  }
}
