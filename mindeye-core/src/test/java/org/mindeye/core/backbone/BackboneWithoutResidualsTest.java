// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.junit.jupiter.api.Test;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.optim.FusedAdamW;
import org.mindeye.core.optim.ParameterGradients;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.TensorAssert;

/** The paper's ablation "no skip". */
class BackboneWithoutResidualsTest {
  private static final BackboneConfig SKIPPING =
      BackboneConfig.paper(7)
          .withHidden(8)
          .withBlocks(2)
          .withSpace(new ClipSpace(3, 4))
          .withoutProjector();
  private static final BackboneConfig PLAIN = SKIPPING.withoutResiduals();

  @FreshManager private NDManager manager;

  private static ResidualMlpBackbone drawn(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  private VoxelBatch voxels() {
    return VoxelBatch.of(NoiseSource.seeded(2).normal(manager, new Shape(5, 7)));
  }

  private static NDArray tokens(ResidualMlpBackbone backbone, VoxelBatch voxels) {
    return backbone.forward(voxels, Mode.eval()).tokens().array();
  }

  @Test
  void should_have_the_names_and_shapes_of_the_published_network() {
    try (ResidualMlpBackbone skipping = drawn(SKIPPING);
        ResidualMlpBackbone plain = drawn(PLAIN)) {
      assertThat(PLAIN.trunk().residuals()).isFalse();
      assertThat(PLAIN.withBlocks(2)).isEqualTo(PLAIN).isNotEqualTo(SKIPPING);
      assertThat(plain.getParameters().keys()).isEqualTo(skipping.getParameters().keys());
      assertThat(plain.parameterCount()).isEqualTo(skipping.parameterCount());
    }
  }

  @Test
  void should_equal_the_formulas_without_the_sums() {
    try (ResidualMlpBackbone skipping = drawn(SKIPPING);
        ResidualMlpBackbone plain = drawn(PLAIN)) {
      VoxelBatch voxels = voxels();
      NDArray x = voxels.array();
      for (String block : new String[] {"lin0", "mlp.0", "mlp.1"}) {
        x = normalized(linear(x, plain, block + ".0"), plain, block + ".1");
        x = Activation.gelu(x);
      }
      NDArray expected = linear(x, plain, "lin1").reshape(5, 3, 4);
      TensorAssert.assertThat(tokens(plain, voxels))
          .isWithinRelativeL2(expected.toFloatArray(), 1e-6);
      assertThat(tokens(skipping, voxels).toFloatArray())
          .isNotEqualTo(tokens(plain, voxels).toFloatArray());
    }
  }

  private static NDArray linear(NDArray x, ResidualMlpBackbone backbone, String name) {
    return x.matMul(backbone.arrays().get(name + ".weight").transpose())
        .add(backbone.arrays().get(name + ".bias"));
  }

  private static NDArray normalized(NDArray x, ResidualMlpBackbone backbone, String name) {
    NDArray centred = x.sub(x.mean(new int[] {1}, true));
    NDArray variance = centred.square().mean(new int[] {1}, true);
    return centred
        .div(variance.add(1e-5f).sqrt())
        .mul(backbone.arrays().get(name + ".weight"))
        .add(backbone.arrays().get(name + ".bias"));
  }

  @Test
  void should_be_the_published_network_where_there_are_no_blocks() {
    try (ResidualMlpBackbone skipping = drawn(SKIPPING.withBlocks(0));
        ResidualMlpBackbone plain = drawn(PLAIN.withBlocks(0))) {
      VoxelBatch voxels = voxels();
      assertThat(tokens(plain, voxels).toFloatArray())
          .isEqualTo(tokens(skipping, voxels).toFloatArray());
    }
  }

  @Test
  void should_let_gradients_reach_every_parameter() {
    try (ResidualMlpBackbone plain = drawn(PLAIN);
        FusedAdamW optimizer = FusedAdamW.over(ParameterGroups.asPublished(plain, 0));
        StepScope step = StepScope.open(Device.cpu())) {
      VoxelBatch voxels =
          VoxelBatch.of(NoiseSource.seeded(2).normal(step.manager(), new Shape(5, 7)));
      NDArray loss =
          plain.forward(voxels, Mode.train(NoiseSource.seeded(3))).tokens().array().square().mean();
      ParameterGradients gradients = step.gradients(loss, optimizer.parameters());
      plain
          .trainable()
          .forEach(
              p ->
                  assertThat(gradients.of(p).orElseThrow().abs().max().getFloat())
                      .as(p.getName())
                      .isPositive());
    }
  }
}
