// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryEstimate;

/** The parts at the published size, and how they grow. */
class TrainingMemoryTest {
  private static final LowLevelConfig PAPER = LowLevelConfig.paper(15724);
  private static final AutoencoderConfig PIXELS = AutoencoderConfig.stableDiffusion();

  @Test
  void should_count_the_networks_parameters() {
    MemoryEstimate training = LowLevelMemory.training(PAPER, 8);
    assertThat(training.weights()).isEqualTo(4L * 206_065_604);
    assertThat(training.gradients()).isEqualTo(training.weights());
    assertThat(training.moments()).isEqualTo(2 * training.weights());
    assertThat(LowLevelMemory.decodingWithGradients(PIXELS, 1, 64).weights())
        .isEqualTo(4L * 83_653_863);
    assertThat(
            LowLevelMemory.teaching(ConvNextConfig.extraLarge(), Precision.FLOAT32, 8, 512)
                .weights())
        .isEqualTo(4L * (348_111_872 + 1_575_936));
  }

  @Test
  void should_grow_with_batch_and_side() {
    assertThat(LowLevelMemory.training(PAPER, 8).activations())
        .isEqualTo(8 * LowLevelMemory.training(PAPER, 1).activations());
    // All layers of a picture next to those of the widest one.
    assertThat(LowLevelMemory.decodingWithGradients(PIXELS, 1, 64).activations())
        .isGreaterThan(3 * LowLevelMemory.decoding(PIXELS, 1, 512 * 512).activations());
    ConvNextConfig teacher = new ConvNextConfig(List.of(1, 1), List.of(6, 8), 512);
    long small = LowLevelMemory.teaching(teacher, Precision.FLOAT32, 1, 16).activations();
    assertThat(LowLevelMemory.teaching(teacher, Precision.FLOAT32, 1, 32).activations())
        .isGreaterThan(4 * small);
    // Four times the positions, sixteen times the pairs of them.
    assertThat(LowLevelMemory.teaching(teacher, Precision.FLOAT32, 4, 16).activations())
        .isGreaterThan(4 * small);
  }
}
