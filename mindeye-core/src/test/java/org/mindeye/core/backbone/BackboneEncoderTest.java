// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.BrainEmbedding;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.VoxelBatch;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class BackboneEncoderTest {
  private static final BackboneConfig CONFIG =
      BackboneConfig.paper(7).withHidden(8).withSpace(new ClipSpace(3, 4)).withProjector(16);

  @FreshManager private NDManager owner;

  private static BackboneEncoder encoder(BackboneConfig config) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.initialize(Device.cpu(), NoiseSource.seeded(1));
    return BackboneEncoder.of(backbone);
  }

  @Test
  void should_hand_the_result_to_the_owner() {
    try (BackboneEncoder encoder = encoder(CONFIG)) {
      VoxelBatch voxels = VoxelBatch.of(NoiseSource.seeded(2).normal(owner, new Shape(2, 7)));
      BrainEmbedding brain = encoder.encode(voxels, owner);
      assertThat(brain.tokens().array().getManager()).isSameAs(owner);
      assertThat(brain.projected().array().getManager()).isSameAs(owner);
      assertThat(brain.projected().array().toFloatArray()).hasSize(24);
      assertThat(encoder.voxels()).isEqualTo(7);
      assertThat(encoder.space()).isEqualTo(new ClipSpace(3, 4));
    }
  }

  @Test
  void should_leave_nothing_behind() {
    for (BackboneConfig config : new BackboneConfig[] {CONFIG, CONFIG.withoutProjector()}) {
      try (BackboneEncoder encoder = encoder(config)) {
        LeakCheck.assertNoLeak(
            () -> {
              try (NDManager call = Torch.newManager(Device.cpu())) {
                encoder.encode(
                    VoxelBatch.of(NoiseSource.seeded(2).normal(call, new Shape(2, 7))), call);
              }
            });
      }
    }
  }

  @Test
  void should_refuse_voxels_that_are_not_finite() {
    try (BackboneEncoder encoder = encoder(CONFIG)) {
      float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, Float.NaN, 13, 14};
      VoxelBatch voxels = VoxelBatch.of(Torch.copy(owner, values, new Shape(2, 7)));
      assertThatThrownBy(() -> encoder.encode(voxels, owner))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(
              "voxels: expected finite numbers but 1 are NaN or infinite, in 1 of 2 samples (number"
                  + " 1, from 0); repair or leave out the data");
    }
  }

  @Test
  void should_refuse_a_backbone_without_weights() {
    assertThatThrownBy(() -> BackboneEncoder.of(new ResidualMlpBackbone(CONFIG)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ResidualMlpBackbone has no weights");
  }
}
