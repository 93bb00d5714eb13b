// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PositionsTest {
  /** Where buckets 16 to 31 begin. */
  private static final int[] EDGES = {
    16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113
  };

  @Test
  void should_put_distances_into_the_published_buckets() {
    for (int n = 0; n <= 300; n++) {
      int distance = n;
      int wide = (int) Arrays.stream(EDGES).filter(edge -> edge <= distance).count();
      assertThat(RelativePositions.bucket(n)).as("%d", n).isEqualTo(n < 16 ? n : 15 + wide);
      assertThat(RelativePositions.bucket(-n)).isZero();
    }
  }

  /**
   * The 260 tokens of the final-layer network and the null key: how many pairs each bucket has,
   * from dalle2-pytorch's RelPosBias in torch 2.13.0, {@code torch.bincount(b.flatten())} and
   * {@code b[259, ::20]}.
   */
  @Test
  void should_fill_the_buckets_of_a_sequence_beyond_128_tokens() {
    long[] buckets = RelativePositions.buckets(260);
    long[] counts = new long[32];
    for (long bucket : buckets) {
      counts[(int) bucket]++;
    }
    assertThat(counts)
        .containsExactly(
            34190, 259, 258, 257, 256, 255, 254, 253, 252, 251, 250, 249, 248, 247, 246, 245, 729,
            481, 714, 705, 926, 910, 1115, 1305, 1269, 1435, 1580, 1885, 1785, 2010, 2163, 10878);
    long[] last = Arrays.copyOfRange(buckets, 259 * 261, 260 * 261);
    assertThat(Arrays.stream(last).sum()).isEqualTo(7127);
    assertThat(IntStream.range(0, 14).mapToLong(i -> last[20 * i]))
        .containsExactly(31L, 31L, 31L, 31L, 31L, 31L, 31L, 31L, 30L, 28L, 26L, 22L, 17L, 0L);
  }

  @Test
  void should_count_keys_with_the_null_key() {
    assertThat(RelativePositions.buckets(3)).containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0);
  }

  @Test
  void should_turn_pairs_of_the_first_32_channels() {
    float[] table = RotaryPositions.table(515, TransformerConfig.paper());
    assertThat(table).hasSize(515 * 64);
    for (int p = 0; p < 515; p++) {
      for (int m = 0; m < 32; m++) {
        double angle = m < 16 ? p * Math.pow(10_000, -2 * m / 32.0) : 0;
        assertThat(table[p * 64 + 2 * m]).isCloseTo((float) Math.cos(angle), within(1e-4f));
        assertThat(table[p * 64 + 2 * m + 1]).isCloseTo((float) Math.sin(angle), within(1e-4f));
      }
    }
    assertThat(Arrays.copyOf(table, 4)).containsExactly(1, 0, 1, 0);
  }

  @Test
  void should_turn_all_channels_of_narrow_heads() {
    TransformerConfig narrow = TransformerConfig.paper().withSize(1, 2, 4);
    assertThat(RotaryPositions.table(2, narrow))
        .containsExactly(
            1,
            0,
            1,
            0,
            (float) Math.cos(1),
            (float) Math.sin(1),
            (float) Math.cos(0.01f),
            (float) Math.sin(0.01f));
  }
}
