// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;

class LowLevelMemoryTest {
  private static final LowLevelConfig SUBJECT_1 = LowLevelConfig.paper(15_724);
  private static final AutoencoderConfig PUBLISHED = AutoencoderConfig.stableDiffusion();

  /** Peaks of resident memory that {@link PeakMemoryTest} measured on Linux x86-64. */
  @ParameterizedTest
  @CsvSource({
    "DECODE_512, 1587814400",
    "ENCODE_512, 1087115264",
    "LOW_LEVEL_32, 1474916352",
    "TEACHER_512, 3388190720"
  })
  void should_be_near_the_measured_peaks(MemoryCase one, long peak) {
    assertThat(one.estimate().total()).isCloseTo(peak, withinPercentage(8));
  }

  @Test
  void should_count_every_weight_and_what_a_batch_takes() {
    MemoryEstimate one = LowLevelMemory.inference(SUBJECT_1, 1);
    assertThat(one.weights()).isEqualTo(206_065_604L * 4);
    assertThat(LowLevelMemory.inference(SUBJECT_1, 32).activations())
        .isEqualTo(32 * one.activations());
    assertThat(LowLevelMemory.decoding(PUBLISHED, 1, 1).weights()).isEqualTo(83_653_863L * 4);
    // Three maps of 256 channels, as large as the image.
    assertThat(LowLevelMemory.decoding(PUBLISHED, 2, 64 * 64).activations())
        .isEqualTo(2 * 3 * 256 * 64 * 64 * 4L);
    // Three of 128, and the image.
    assertThat(LowLevelMemory.encoding(PUBLISHED, 2, 64 * 64).activations())
        .isEqualTo(2 * (3 * 128 + 3) * 64 * 64 * 4L);
    // The image twice; 11 maps of 256 channels, a position for each 4 x 4 pixels.
    assertThat(LowLevelMemory.features(ConvNextConfig.extraLarge(), 1, 64 * 64).activations())
        .isEqualTo((2 * 3 * 64 * 64 + 11 * 256 * 16 * 16) * 4L);
  }

  /** Where a block's result is much wider than its input, the end of the block needs most. */
  @Test
  void should_find_the_widest_place() {
    ConvolutionStages steep = new ConvolutionStages(List.of(32, 3200), 1, 32);
    // The second stage, a quarter as large: input, block, shortcut and sum.
    assertThat(steep.reducingPeak(64)).isEqualTo((32 + 3 * 3200) * 16);
    assertThat(steep.enlargingPeak(64)).isEqualTo(3 * 3200 * 64);
  }

  @Test
  void should_refuse_to_load_what_does_not_fit() {
    MemoryBudget budget = MemoryBudget.of(1L << 28, "a test");
    assertThatThrownBy(() -> LowLevelMemory.requireLoadable(SUBJECT_1, budget))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("loading a low-level network of 206,065,604 parameters needs 1.1")
        .hasMessageContaining("but 0.25 GiB are available (a test)");
    assertThatThrownBy(() -> LowLevelMemory.requireLoadable(PUBLISHED, budget))
        .hasMessageStartingWith("loading an autoencoder of 83,653,863 parameters needs 0.69 GiB");
    assertThatThrownBy(() -> LowLevelMemory.requireLoadable(ConvNextConfig.small(), budget))
        .hasMessageStartingWith("loading a ConvNeXt of ");
    MemoryBudget ample = MemoryBudget.of(1L << 32, "a test");
    assertThatCode(
            () -> {
              LowLevelMemory.requireLoadable(SUBJECT_1, ample);
              LowLevelMemory.requireLoadable(PUBLISHED, ample);
              LowLevelMemory.requireLoadable(ConvNextConfig.small(), ample);
            })
        .doesNotThrowAnyException();
  }
}
