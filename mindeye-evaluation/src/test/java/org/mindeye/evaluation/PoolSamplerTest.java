// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;

class PoolSamplerTest {
  @Test
  void should_draw_random_subsets_without_repetition() {
    List<int[]> pools =
        PoolSampler.draw(new PoolConfig(7, 40, PoolProtocol.RANDOM), 10, NoiseSource.seeded(1));
    assertThat(pools).hasSize(40);
    int[] used = new int[10];
    for (int[] pool : pools) {
      assertThat(pool).hasSize(7).doesNotHaveDuplicates().isSorted();
      Arrays.stream(pool).forEach(member -> used[member]++);
    }
    // Each sample is expected 28 times, with a standard deviation of 2.9.
    assertThat(Arrays.stream(used)).allMatch(count -> count > 15 && count < 40);
  }

  @Test
  void should_draw_consecutive_runs_of_two_files_in_random_order() {
    List<int[]> pools =
        PoolSampler.draw(
            new PoolConfig(4, 50, PoolProtocol.CONSECUTIVE_AS_PUBLISHED),
            11,
            NoiseSource.seeded(2));
    int[] stream = pools.stream().flatMapToInt(Arrays::stream).toArray();
    assertThat(stream).hasSize(200);
    boolean bothOrders = false;
    for (int i = 1; i < stream.length; i++) {
      // The first file holds samples 0 to 5, the second 6 to 10.
      boolean endOfFile = stream[i - 1] == 5 || stream[i - 1] == 10;
      assertThat(stream[i] == stream[i - 1] + 1 || (endOfFile && (stream[i] % 6 == 0))).isTrue();
      bothOrders |= stream[i - 1] == 10 && stream[i] == 6;
    }
    assertThat(bothOrders).as("a file read twice in a row").isTrue();
  }

  @Test
  void should_count_a_repeated_sample_as_two_candidates() {
    DirectionScores scores =
        DirectionScores.of(
            SimilarityMatrix.of("brain", "image", new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}));
    // The two copies of sample 1 tie; the later one wins both queries.
    PoolProtocol published = PoolProtocol.CONSECUTIVE_AS_PUBLISHED;
    assertThat(scores.top1(new int[] {1, 2, 1}, published)).isEqualTo(2 / 3.0);
    assertThat(scores.top1(new int[] {0, 1, 2}, published)).isEqualTo(1);
    assertThat(scores.top1(new int[] {1, 2, 1}, PoolProtocol.RANDOM)).isEqualTo(1);
  }

  @Test
  void should_refuse_impossible_options() {
    assertThatThrownBy(() -> new PoolConfig(1, 30, PoolProtocol.RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("poolSize: expected at least 2 candidates but was 1");
    assertThatThrownBy(() -> new PoolConfig(300, 0, PoolProtocol.RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("repetitions: expected at least 1 but was 0");
    assertThat(PoolConfig.paper()).isEqualTo(new PoolConfig(300, 30, PoolProtocol.RANDOM));
  }
}
