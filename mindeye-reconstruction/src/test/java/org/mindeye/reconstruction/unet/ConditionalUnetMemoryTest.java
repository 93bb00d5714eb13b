// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;

class ConditionalUnetMemoryTest {
  private static final ConditionalUnetConfig PUBLISHED = ConditionalUnetConfig.versatileDiffusion();

  /** Weights of a convolution from 1280 to 1280 channels. */
  private static final long THREE_BY_THREE = 9 * 1280 * 1280;

  @Test
  void should_count_weights_and_what_predictions_take() {
    MemoryEstimate one = ConditionalUnetMemory.prediction(PUBLISHED, Precision.FLOAT32, 1);
    MemoryEstimate two = ConditionalUnetMemory.prediction(PUBLISHED, Precision.FLOAT32, 2);

    assertThat(ConditionalUnetMemory.guided(PUBLISHED, Precision.FLOAT32, 1)).isEqualTo(two);
    // 257 keys and values of 5 x 320, 5 x 640 and 6 x 1280 channels, once; skips; the first stage's
    // 20 x 320 channels at 4096 positions; with gaps of a half.
    long prepared = 2 * 257 * (5 * 320 + 5 * 640 + 6 * 1280);
    long skips = 4096 * 3 * 320 + 1024 * (320 + 2 * 640) + 256 * (640 + 2 * 1280) + 64 * 3 * 1280;
    long each = (long) ((skips + 4096L * 20 * 320) * 1.5 * 4);
    // Convolutions of a million weights and more whose results have at most 1024 positions.
    long at8 = 4 * 2 * THREE_BY_THREE + 3 * 3 * THREE_BY_THREE + THREE_BY_THREE;
    long maps = 2 * 1280 * 1280;
    long shortcuts = 3 * 2560 * 1280;
    long at16 =
        640 * 640 * 9
            + 1280 * 640 * 9
            + 3 * THREE_BY_THREE // down
            + 2 * 2 * THREE_BY_THREE
            + 1280 * 1920 * 9
            + 3 * THREE_BY_THREE // up
            + THREE_BY_THREE
            + 1280 * 1920
            + 2 * 2560 * 1280
            + 5 * maps;
    assertThat(two.weights()).isEqualTo(4 * (859_520_964L + at8 + maps + shortcuts + at16));
    assertThat(one.weights()).isGreaterThan(two.weights());
    MemoryEstimate four = ConditionalUnetMemory.prediction(PUBLISHED, Precision.FLOAT32, 4);
    MemoryEstimate five = ConditionalUnetMemory.prediction(PUBLISHED, Precision.FLOAT32, 5);
    assertThat(four.weights()).isEqualTo(two.weights());
    assertThat(four.weights() - five.weights()).isEqualTo(4 * at16);
    assertThat(two.activations() - one.activations()).isEqualTo(each);
    assertThat(2 * one.activations() - two.activations()).isEqualTo((long) (prepared * 1.5 * 4));
  }

  @Test
  void should_count_half_as_much_in_bfloat16() {
    MemoryEstimate exact = ConditionalUnetMemory.guided(PUBLISHED, Precision.FLOAT32, 1);
    MemoryEstimate half = ConditionalUnetMemory.guided(PUBLISHED, Precision.BFLOAT16, 1);
    assertThat(half.activations()).isCloseTo(exact.activations() / 2, within(1L));
    // More convolutions are kept in a second order than in float32, in half the memory.
    assertThat(half.weights()).isBetween(exact.weights() / 2, exact.weights() * 5 / 8);
  }

  @Test
  void should_refuse_to_load_what_does_not_fit() {
    MemoryBudget budget = MemoryBudget.of(1L << 31, "a test");
    assertThatThrownBy(
            () -> ConditionalUnetMemory.requireLoadable(PUBLISHED, Precision.FLOAT32, budget))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith(
            "loading a conditional UNet of 859,520,964 parameters needs 3.58 GiB")
        .hasMessageContaining("but 2.00 GiB are available (a test)");
    MemoryBudget ample = MemoryBudget.of(1L << 33, "a test");
    assertThatCode(() -> ConditionalUnetMemory.requireLoadable(PUBLISHED, Precision.FLOAT32, ample))
        .doesNotThrowAnyException();
  }
}
