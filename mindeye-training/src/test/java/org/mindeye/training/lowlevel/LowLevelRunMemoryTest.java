// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelMemory;

/** What a run at the published size needs in addition to its weights. */
class LowLevelRunMemoryTest {
  private static final long GIB = 1L << 30;
  private static final LowLevelTrainingConfig PAPER = LowLevelTrainingConfig.paper();
  private static final ConvNextConfig TEACHER = ConvNextConfig.extraLarge();
  private static final LowLevelRunMemory TAUGHT = memory(TEACHER);

  private static LowLevelRunMemory memory(ConvNextConfig teacher) {
    return new LowLevelRunMemory(
        LowLevelConfig.paper(15724), AutoencoderConfig.stableDiffusion(), teacher, 512);
  }

  @Test
  void should_count_every_part() {
    LowLevelTrainingConfig blind = PAPER.withValidation(LowLevelValidationConfig.asPublished());
    MemoryEstimate plain = memory(null).needed(blind);
    assertThat(plain.weights()).isZero();
    assertThat(plain.gradients()).isEqualTo(4L * 206_065_604);
    assertThat(plain.moments()).isEqualTo(8L * 206_065_604);
    assertThat(plain.activations()).isLessThan(GIB);
    assertThat(TAUGHT.needed(blind).activations())
        .isGreaterThan(plain.activations() + 8L * 2048 * 2048 * 4);
    LowLevelTrainingConfig pixels = blind.withObjective(blind.objective().withPixels(1, 0));
    assertThat(memory(null).needed(pixels).activations()).isGreaterThan(10 * GIB);
    assertThat(memory(null).needed(PAPER).activations())
        .isGreaterThan(plain.activations())
        .isLessThan(32 * GIB);
    LowLevelTrainingConfig averaged =
        blind.withOptimizer(blind.optimizer().withAverage(0.9).withAccumulation(2));
    assertThat(memory(null).needed(averaged).weights()).isEqualTo(4L * 206_065_604);
    assertThat(memory(null).needed(averaged).gradients()).isEqualTo(8L * 206_065_604);
  }

  /** The decoded pictures of a validation outweigh everything, and are half as large. */
  @Test
  void should_follow_the_format_of_networks_that_are_read() {
    LowLevelTrainingConfig half =
        PAPER.withOptimizer(PAPER.optimizer().withPrecision(Precision.BFLOAT16));
    double exact = memory(null).needed(PAPER).activations();
    assertThat(memory(null).needed(half).activations() / exact).isBetween(0.5, 0.6);
    LowLevelTrainingConfig blind = half.withValidation(LowLevelValidationConfig.asPublished());
    long seen = LowLevelMemory.teaching(TEACHER, Precision.BFLOAT16, 8, 512).activations();
    assertThat(TAUGHT.needed(blind).activations() - memory(null).needed(blind).activations())
        .isEqualTo(seen)
        .isLessThan(LowLevelMemory.teaching(TEACHER, Precision.FLOAT32, 8, 512).activations());
  }

  @Test
  void should_refuse_what_does_not_fit_and_name_what_would() {
    LowLevelTrainingConfig config =
        PAPER
            .withObjective(PAPER.objective().withPixels(1, 0))
            .withValidation(LowLevelValidationConfig.asPublished())
            .withOptimizer(PAPER.optimizer().withAverage(0.9));
    long needed = TAUGHT.needed(config).total();
    MemoryBudget little = MemoryBudget.of(needed - 1, "a test");
    assertThatThrownBy(() -> TAUGHT.requireFits(config, little))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(
            "training a low-level network on images of 512x512 at batch 8, in addition to all"
                + " weights, needs ")
        .hasMessageContaining("what fits: batch 4 (")
        .hasMessageContaining("no teacher (")
        .hasMessageContaining("no moving average (");
    TAUGHT.requireFits(config, MemoryBudget.of(needed, "a test"));
    assertThatThrownBy(() -> TAUGHT.requireFits(config, MemoryBudget.of(GIB, "a test")))
        .hasMessageContaining("free memory or use a larger machine");
  }
}
