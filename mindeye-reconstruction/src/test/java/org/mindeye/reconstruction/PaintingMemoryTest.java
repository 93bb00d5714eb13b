// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.ConditionalUnetMemory;

class PaintingMemoryTest {
  private static final ConditionalUnetConfig UNET = ConditionalUnetConfig.versatileDiffusion();
  private static final AutoencoderConfig AUTOENCODER = AutoencoderConfig.stableDiffusion();
  private static final long PICTURE = 3 * 512 * 512 * 4L;

  private static MemoryEstimate painting(int batch) {
    return PaintingMemory.painting(UNET, AUTOENCODER, Precision.FLOAT32, batch);
  }

  @Test
  void should_hold_both_networks_and_what_either_needs_at_most() {
    assertThat(painting(1).weights())
        .isEqualTo(
            ConditionalUnetMemory.guided(UNET, Precision.FLOAT32, 1).weights() + 83_653_863L * 4);
    long decoding = LowLevelMemory.decoding(AUTOENCODER, 1, 512 * 512).activations();
    assertThat(painting(1).activations()).isEqualTo(decoding + 2 * PICTURE);
    long sampling = ConditionalUnetMemory.guided(UNET, Precision.FLOAT32, 16).activations();
    assertThat(sampling).isGreaterThan(decoding);
    assertThat(painting(16).activations()).isEqualTo(sampling + 16 * 2 * PICTURE);
    assertThat(painting(1).total()).isLessThan(12L << 30);
  }

  @Test
  void should_fit_into_seven_gibibytes_in_bfloat16() {
    long half = PaintingMemory.painting(UNET, AUTOENCODER, Precision.BFLOAT16, 1).total();
    assertThat(half).isLessThan(7L << 30).isLessThan(painting(1).total() * 6 / 10);
    MemoryBudget budget = MemoryBudget.of(half + 1000, "a test");
    assertThatThrownBy(
            () -> PaintingMemory.requireFits(UNET, AUTOENCODER, Precision.FLOAT32, 1, budget))
        .hasMessageContaining("; what fits: the precision BFLOAT16 (");
  }

  @Test
  void should_say_how_many_pictures_at_once_would_fit() {
    MemoryBudget budget = MemoryBudget.of(7L << 30, "a test");
    assertThatCode(
            () -> PaintingMemory.requireFits(UNET, AUTOENCODER, Precision.FLOAT32, 1, budget))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> PaintingMemory.requireFits(UNET, AUTOENCODER, Precision.FLOAT32, 16, budget))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("painting 16 pictures at a time needs ")
        .hasMessageContaining("but 7.00 GiB are available (a test); what fits: batch ")
        .hasMessageContaining(", batch 1 (")
        .hasMessageContaining(", the precision BFLOAT16 (")
        .hasMessageNotContaining("batch 16 (");
    MemoryBudget little = MemoryBudget.of(1L << 30, "a test");
    assertThatThrownBy(
            () -> PaintingMemory.requireFits(UNET, AUTOENCODER, Precision.FLOAT32, 2, little))
        .hasMessageStartingWith("painting 2 pictures at a time needs ")
        .hasMessageEndingWith("; free memory or use a larger machine");
  }
}
