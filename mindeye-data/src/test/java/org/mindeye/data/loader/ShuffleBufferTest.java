// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.random.NoiseSource;

class ShuffleBufferTest {
  private static List<Integer> shuffled(int count, int size, long seed) {
    ShuffleBuffer<Integer> buffer =
        new ShuffleBuffer<>(IntStream.range(0, count).iterator(), size, NoiseSource.seeded(seed));
    List<Integer> result = new ArrayList<>();
    buffer.forEachRemaining(result::add);
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 99, 100, 500})
  void should_give_every_element_exactly_once(int size) {
    assertThat(shuffled(100, size, 1))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
  }

  @Test
  void should_depend_on_the_seed_alone() {
    assertThat(shuffled(50, 10, 1))
        .isEqualTo(shuffled(50, 10, 1))
        .isNotEqualTo(shuffled(50, 10, 2));
  }

  @Test
  void should_never_give_an_element_before_it_was_in_the_buffer() {
    List<Integer> order = shuffled(200, 10, 3);
    for (int position = 0; position < 200; position++) {
      assertThat(order.get(position)).isLessThan(position + 10);
    }
    assertThat(shuffled(20, 1, 3)).isSorted();
  }

  @Test
  void should_mix_evenly_when_everything_fits() {
    int[] first = new int[4];
    for (int seed = 0; seed < 4000; seed++) {
      first[shuffled(4, ShuffleBuffer.DEFAULT_SIZE, seed).get(0)]++;
    }
    for (int count : first) {
      assertThat(count).isBetween(900, 1100);
    }
  }

  @Test
  void should_say_when_it_is_empty() {
    ShuffleBuffer<Integer> buffer =
        new ShuffleBuffer<>(List.<Integer>of().iterator(), 3, NoiseSource.seeded(1));
    assertThat(buffer.hasNext()).isFalse();
    assertThatThrownBy(buffer::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("the shuffled stream is at its end");
    assertThatThrownBy(() -> new ShuffleBuffer<>(List.of().iterator(), 0, NoiseSource.seeded(1)))
        .hasMessage("buffer size must be positive but was 0");
  }
}
