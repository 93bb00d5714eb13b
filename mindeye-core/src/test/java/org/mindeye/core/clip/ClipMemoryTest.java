// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.nn.Nonlinearity;

class ClipMemoryTest {
  @Test
  void should_refuse_a_tower_that_does_not_fit() {
    VisionTransformerConfig small =
        new VisionTransformerConfig(
            64, 128, 1, 1, new PatchGrid(32, 16), 8, Nonlinearity.QUICK_GELU);
    assertThatThrownBy(
            () ->
                ClipMemory.requireLoadable(
                    small, Precision.FLOAT32, MemoryBudget.of(20_000, "a test")))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("loading CLIP's image tower in FLOAT32 needs ")
        .hasMessageContaining("(a test)");
    ClipMemory.requireLoadable(small, Precision.FLOAT32, MemoryBudget.of(1L << 30, "a test"));
  }
}
