// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ClipSpace;

class BackboneConfigTest {
  private static final BackboneConfig PAPER = BackboneConfig.paper(15724);

  @Test
  void should_know_the_published_setting() {
    assertThat(PAPER)
        .isEqualTo(
            new BackboneConfig(
                15724,
                new ClipSpace(257, 768),
                new BackboneConfig.Trunk(
                    4096, 4, true, BackboneNorm.LAYER_NORM_GELU, false, 0.5, 0.15),
                new BackboneConfig.Projector(2048)));
  }

  @Test
  void should_change_one_thing_at_a_time() {
    BackboneConfig.Trunk trunk =
        new BackboneConfig.Trunk(8, 2, false, BackboneNorm.BATCH_NORM_RELU, true, 0.1, 0.2);
    BackboneConfig step =
        PAPER
            .withHidden(8)
            .withBlocks(2)
            .withoutResiduals()
            .withNorm(BackboneNorm.BATCH_NORM_RELU, true)
            .withDropout(0.1, 0.2);
    assertThat(step).isEqualTo(PAPER.withTrunk(trunk));
    assertThat(step.trunk()).isEqualTo(trunk);
    assertThat(step.withTrunk(PAPER.trunk())).isEqualTo(PAPER);
    assertThat(PAPER.withSpace(new ClipSpace(1, 2)).space()).isEqualTo(new ClipSpace(1, 2));
    assertThat(PAPER.withoutProjector().projector().exists()).isFalse();
    assertThat(PAPER.projector().exists()).isTrue();
    assertThat(PAPER.withoutProjector().withProjector(2048)).isEqualTo(PAPER);
  }

  @Test
  void should_name_the_number_it_refuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BackboneConfig.paper(0))
        .withMessage("voxels: expected at least 1 but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAPER.withHidden(-1))
        .withMessage("hidden: expected at least 1 but was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAPER.withProjector(-1))
        .withMessage("width: expected 1 or more, or 0 for no projector, but was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAPER.withBlocks(-1))
        .withMessage("blocks: expected 0 or more but was -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAPER.withDropout(1, 0))
        .withMessage("inputDropout: expected a rate in [0, 1) but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PAPER.withDropout(0, Double.NaN))
        .withMessage("blockDropout: expected a rate in [0, 1) but was NaN");
  }
}
