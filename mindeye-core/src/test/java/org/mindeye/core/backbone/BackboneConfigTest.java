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
                4096,
                4,
                true,
                ClipSpace.VIT_L_14_HIDDEN,
                BackboneNorm.LAYER_NORM_GELU,
                false,
                true,
                2048,
                0.5,
                0.15));
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
        .isThrownBy(() -> PAPER.withProjector(0))
        .withMessage("projectorWidth: expected at least 1 but was 0");
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
