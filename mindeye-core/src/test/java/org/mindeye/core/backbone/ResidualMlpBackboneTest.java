// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.nn.Mode;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;
import org.mindeye.testkit.TensorAssert;

class ResidualMlpBackboneTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  private static final double FORWARD = 1e-5;

  @FreshManager private NDManager manager;

  private static BackboneConfig golden() {
    return BackboneConfig.paper(GOLDEN.number("backbone", "voxels"))
        .withHidden(GOLDEN.number("backbone", "hidden"))
        .withBlocks(GOLDEN.number("backbone", "blocks"))
        .withSpace(
            new ClipSpace(GOLDEN.number("backbone", "tokens"), GOLDEN.number("backbone", "width")));
  }

  private static BackboneConfig tiny() {
    return BackboneConfig.paper(7)
        .withHidden(8)
        .withBlocks(2)
        .withSpace(new ClipSpace(3, 4))
        .withProjector(16);
  }

  private static ResidualMlpBackbone initialized(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return backbone;
  }

  private VoxelBatch voxels(int batch, int count) {
    return VoxelBatch.of(NoiseSource.seeded(2).normal(manager, new Shape(batch, count)));
  }

  @Test
  void should_equal_the_golden_tokens() {
    try (ResidualMlpBackbone backbone = initialized(golden());
        CallScope scope = CallScope.open(Device.cpu())) {
      ParityWeights.asGenerated().fill(backbone.getParameters());
      int batch = Integer.parseInt(GOLDEN.metadata("batch"));
      VoxelBatch voxels =
          VoxelBatch.of(
              ParityGenerator.input(
                  scope.manager(),
                  GOLDEN.seedBase(),
                  new Shape(batch, backbone.config().voxels())));
      BrainEmbedding brain = backbone.forward(voxels, Mode.eval());
      TensorAssert.assertThat(brain.tokens().array()).matches(GOLDEN, "backbone.tokens", FORWARD);
      TensorAssert.assertThat(brain.projected().array())
          .matches(GOLDEN, "backbone.projected", FORWARD);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "15724, 947579904, 142076928",
    "14278, 941657088, 136154112",
    "15226, 945540096, 140037120",
    "13153, 937049088, 131546112",
    "13039, 936582144, 131079168",
    "17907, 956521472, 151018496",
    "12682, 935119872, 129616896",
    "14386, 942099456, 136596480"
  })
  void should_have_the_published_parameter_counts(int voxels, long hidden, long last) {
    BackboneConfig paper = BackboneConfig.paper(voxels);
    assertThat(new ResidualMlpBackbone(paper).parameterCount()).isEqualTo(hidden);
    assertThat(new ResidualMlpBackbone(paper.withSpace(ClipSpace.VIT_L_14_FINAL)).parameterCount())
        .isEqualTo(last);
  }

  @Test
  void should_have_the_published_counts_of_the_ablations() {
    BackboneConfig paper = BackboneConfig.paper(15724).withoutProjector();
    assertThat(new ResidualMlpBackbone(paper).parameterCount()).isEqualTo(940225280L);
    assertThat(new ResidualMlpBackbone(paper.withBlocks(2)).parameterCount()).isEqualTo(906646272L);
    assertThat(new ResidualMlpBackbone(paper.withBlocks(0)).parameterCount()).isEqualTo(873067264L);
  }

  @Test
  void should_carry_the_published_names_in_the_published_order() {
    List<String> names = new ResidualMlpBackbone(tiny().withBlocks(1)).getParameters().keys();
    assertThat(names)
        .containsExactly(
            "lin0.0.weight",
            "lin0.0.bias",
            "lin0.1.weight",
            "lin0.1.bias",
            "mlp.0.0.weight",
            "mlp.0.0.bias",
            "mlp.0.1.weight",
            "mlp.0.1.bias",
            "lin1.weight",
            "lin1.bias",
            "projector.0.weight",
            "projector.0.bias",
            "projector.2.weight",
            "projector.2.bias",
            "projector.3.weight",
            "projector.3.bias",
            "projector.5.weight",
            "projector.5.bias",
            "projector.6.weight",
            "projector.6.bias",
            "projector.8.weight",
            "projector.8.bias");
  }

  @Test
  void should_name_the_norm_behind_the_activation_and_the_running_statistics() {
    List<String> names =
        new ResidualMlpBackbone(
                tiny().withNorm(BackboneNorm.BATCH_NORM_RELU, true).withoutProjector())
            .getParameters()
            .keys();
    assertThat(names)
        .contains(
            "lin0.2.weight",
            "lin0.2.running_mean",
            "lin0.2.running_var",
            "mlp.1.2.num_batches_tracked")
        .noneMatch(name -> name.startsWith("projector"))
        .noneMatch(name -> name.startsWith("lin0.1"));
  }

  @Test
  void should_add_the_residual_after_the_block() {
    try (ResidualMlpBackbone backbone = initialized(tiny());
        ResidualMlpBackbone shallow = initialized(tiny().withBlocks(0));
        CallScope scope = CallScope.open(Device.cpu())) {
      // With blocks of zeros, GELU(LN(0)) = 0, so only the residual is left.
      for (Parameter parameter : backbone.getParameters().values()) {
        if (parameter.getName().startsWith("mlp.")) {
          parameter.getArray().muli(0);
        } else {
          parameter
              .getArray()
              .subi(parameter.getArray())
              .addi(shallow.getParameters().get(parameter.getName()).getArray());
        }
      }
      VoxelBatch voxels = voxels(2, 7);
      assertThat(backbone.forward(voxels, Mode.eval()).tokens().array().toFloatArray())
          .isEqualTo(shallow.forward(voxels, Mode.eval()).tokens().array().toFloatArray());
    }
  }

  @Test
  void should_write_tokens_in_token_major_order() {
    try (ResidualMlpBackbone backbone = initialized(tiny());
        CallScope scope = CallScope.open(Device.cpu())) {
      backbone.getParameters().get("lin1.weight").getArray().muli(0);
      NDArray bias = backbone.getParameters().get("lin1.bias").getArray();
      bias.muli(0).addi(scope.manager().arange(12f));
      NDArray tokens = backbone.forward(voxels(1, 7), Mode.eval()).tokens().array();
      assertThat(tokens.getShape()).isEqualTo(new Shape(1, 3, 4));
      assertThat(tokens.getFloat(0, 2, 1)).isEqualTo(9f);
    }
  }

  @Test
  void should_return_the_tokens_themselves_without_a_projector() {
    try (ResidualMlpBackbone backbone = initialized(tiny().withoutProjector());
        CallScope scope = CallScope.open(Device.cpu())) {
      BrainEmbedding brain = backbone.forward(voxels(2, 7), Mode.eval());
      assertThat(brain.projected().array()).isSameAs(brain.tokens().array());
    }
  }

  @Test
  void should_run_as_a_djl_block_in_evaluation_and_refuse_training_without_noise() {
    try (ResidualMlpBackbone backbone = initialized(tiny());
        CallScope scope = CallScope.open(Device.cpu())) {
      ParameterStore store = new ParameterStore(scope.manager(), false);
      NDList input = new NDList(voxels(2, 7).array());
      NDList output = backbone.forward(store, input, false);
      assertThat(output.getShapes())
          .isEqualTo(backbone.getOutputShapes(new Shape[] {new Shape(2, 7)}));
      assertThatThrownBy(() -> backbone.forward(store, input, true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Mode.train(noise)");
    }
  }

  @Test
  void should_refuse_voxels_that_are_not_finite_as_a_djl_block() {
    try (ResidualMlpBackbone backbone = initialized(tiny());
        CallScope scope = CallScope.open(Device.cpu())) {
      ParameterStore store = new ParameterStore(scope.manager(), false);
      NDArray damaged = voxels(2, 7).array().div(0f);
      assertThatThrownBy(() -> backbone.forward(store, new NDList(damaged), false))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageStartingWith("voxels: expected finite numbers but 14 are NaN or infinite");
    }
  }

  @Test
  void should_train_with_dropout_that_depends_on_the_noise_alone() {
    try (ResidualMlpBackbone backbone = initialized(tiny());
        CallScope scope = CallScope.open(Device.cpu())) {
      VoxelBatch voxels = voxels(3, 7);
      float[] once = train(backbone, voxels, 5);
      assertThat(train(backbone, voxels, 5)).isEqualTo(once);
      assertThat(train(backbone, voxels, 6)).isNotEqualTo(once);
    }
  }

  private static float[] train(ResidualMlpBackbone backbone, VoxelBatch voxels, long seed) {
    return backbone
        .forward(voxels, Mode.train(NoiseSource.seeded(seed)))
        .projected()
        .array()
        .toFloatArray();
  }

  @Test
  void should_flatten_a_volume() {
    try (ResidualMlpBackbone backbone = initialized(tiny().withBlocks(0));
        ResidualMlpBackbone wide = initialized(BackboneConfig.paper(24).withHidden(8));
        CallScope scope = CallScope.open(Device.cpu())) {
      NDArray volume = NoiseSource.seeded(3).normal(scope.manager(), new Shape(2, 2, 3, 4));
      assertThat(VoxelBatch.of(volume).voxels()).isEqualTo(24);
      assertThatThrownBy(() -> backbone.forward(VoxelBatch.of(volume), Mode.eval()))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage("voxels: expected [batch, voxels=7] but was [2, 24]");
    }
  }

  @Test
  void should_refuse_to_run_before_initialisation_and_to_initialise_twice() {
    try (ResidualMlpBackbone backbone = new ResidualMlpBackbone(tiny())) {
      assertThatThrownBy(() -> backbone.forward(voxels(1, 7), Mode.eval()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("call initialize(device, noise) first");
      backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
      assertThatThrownBy(() -> backbone.initialize(Device.cpu(), NoiseSource.seeded(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has weights already");
    }
  }

  @Test
  void should_be_the_same_network_again_with_the_same_seed() {
    float[][] weights = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (ResidualMlpBackbone backbone = initialized(tiny())) {
        weights[i] = backbone.getParameters().get("lin1.weight").getArray().toFloatArray();
      }
    }
    assertThat(weights[1]).isEqualTo(weights[0]);
  }

  @Test
  void should_stay_closed() {
    ResidualMlpBackbone backbone = initialized(tiny());
    backbone.close();
    backbone.close();
    assertThatThrownBy(() -> backbone.initialize(Device.cpu(), NoiseSource.seeded(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ResidualMlpBackbone is closed");
  }

  @Test
  void should_initialise_within_torchs_bounds() {
    try (ResidualMlpBackbone backbone = initialized(tiny())) {
      for (float value : backbone.getParameters().get("lin0.0.weight").getArray().toFloatArray()) {
        assertThat(Math.abs(value)).isLessThanOrEqualTo((float) (1 / Math.sqrt(7)));
      }
      assertThat(backbone.getParameters().get("lin0.1.weight").getArray().toFloatArray())
          .containsOnly(1f);
    }
  }

  @Test
  void should_leave_nothing_behind() {
    try (ResidualMlpBackbone backbone = initialized(tiny())) {
      LeakCheck.assertNoLeak(
          () -> {
            try (CallScope scope = CallScope.open(Device.cpu())) {
              NDArray input = NoiseSource.seeded(1).normal(scope.manager(), new Shape(2, 7));
              backbone.forward(VoxelBatch.of(input), Mode.train(NoiseSource.seeded(4)));
            }
          });
    }
    LeakCheck.assertNoLeak(10, () -> initialized(tiny()).close());
  }
}
