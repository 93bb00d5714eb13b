// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestepsTest {
  @Test
  void should_lead() {
    assertThat(Timesteps.leading(1000, 7, 1).toArray())
        .containsExactly(853, 711, 569, 427, 285, 143, 1);
    assertThat(Timesteps.leading(1000, 20, 0).toArray()).startsWith(950, 900).endsWith(50, 0);
    assertThat(Timesteps.leading(1000, 1, 1).toArray()).containsExactly(1);
    assertThat(Timesteps.leading(10, 10, 0).toArray()).startsWith(9).endsWith(0).hasSize(10);
    assertThat(Timesteps.leading(1000, 3, 333).get(0)).isEqualTo(999);
  }

  /** Seven steps as numpy rounds them, and 500 of 20, where 499.5 is rounded to the even number. */
  @Test
  void should_space_evenly() {
    assertThat(Timesteps.linspace(1000, 8).toArray())
        .containsExactly(999, 856, 714, 571, 428, 285, 143, 0);
    assertThat(Timesteps.linspace(1000, 8).withoutLast().toArray())
        .containsExactly(999, 856, 714, 571, 428, 285, 143);
    assertThat(Timesteps.linspace(1000, 21).get(10)).isEqualTo(500);
    assertThat(Timesteps.linspace(4, 3).toArray()).containsExactly(3, 2, 0); // 1.5 is 2
    assertThat(Timesteps.linspace(6, 3).toArray()).containsExactly(5, 2, 0); // 2.5 is 2
    assertThat(Timesteps.linspace(5, 5).toArray()).containsExactly(4, 3, 2, 1, 0);
    assertThat(Timesteps.linspace(5, 2).toArray()).containsExactly(4, 0);
  }

  @Test
  void should_trail() {
    assertThat(Timesteps.trailing(1000, 7).toArray())
        .containsExactly(999, 856, 713, 570, 428, 285, 142);
    assertThat(Timesteps.trailing(1000, 20).toArray()).startsWith(999, 949).endsWith(99, 49);
    // 937.5, but as numpy's arange counts just below it.
    assertThat(Timesteps.trailing(1000, 48).get(3)).isEqualTo(936);
    assertThat(Timesteps.trailing(1000, 240).get(9)).isEqualTo(962);
    assertThat(Timesteps.trailing(1000, 1).toArray()).containsExactly(999);
    assertThat(Timesteps.trailing(3, 2).toArray()).containsExactly(2, 1); // 1.5 is 2
    assertThat(Timesteps.trailing(5, 2).toArray()).containsExactly(4, 1); // 2.5 is 2
    assertThat(Timesteps.trailing(5, 5).toArray()).containsExactly(4, 3, 2, 1, 0);
  }

  @Test
  void should_be_denser_near_the_end() {
    assertThat(Timesteps.quadratic(100, 20).toArray())
        .startsWith(99, 89, 79)
        .endsWith(4, 3, 2, 1, 0)
        .hasSize(20);
    assertThat(Timesteps.quadratic(1000, 5).toArray()).containsExactly(999, 562, 250, 62, 0);
    assertThat(Timesteps.quadratic(100, 2).toArray()).containsExactly(99, 0);
    for (int steps = 2; steps <= 100; steps++) {
      assertThat(Timesteps.quadratic(100, steps).toArray())
          .as("%d", steps)
          .hasSize(steps)
          .startsWith(99)
          .endsWith(0);
    }
  }

  /** {@link Timesteps#of} refuses what does not fall, so there is a list for every number. */
  @Test
  void should_find_as_many_as_there_are() {
    for (int timesteps : new int[] {2, 3, 17, 100}) {
      int[] all = IntStream.iterate(timesteps - 1, t -> t >= 0, t -> t - 1).toArray();
      for (int steps = 2; steps <= timesteps; steps++) {
        assertThat(Timesteps.linspace(timesteps, steps).count()).isEqualTo(steps);
        assertThat(Timesteps.trailing(timesteps, steps).count()).isEqualTo(steps);
        assertThat(Timesteps.leading(timesteps, steps, 0).count()).isEqualTo(steps);
      }
      assertThat(Timesteps.linspace(timesteps, timesteps).toArray()).containsExactly(all);
      assertThat(Timesteps.quadratic(timesteps, timesteps).toArray()).containsExactly(all);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20, 0.85, 3",
    "20, 1, 0",
    "20, 0, 20",
    "20, 0.049, 20",
    "20, 0.05, 19",
    "100, 0.29, 72",
    "1, 1, 0"
  })
  void should_start_where_the_strength_says(int steps, double strength, int index) {
    assertThat(Timesteps.startIndex(steps, strength)).isEqualTo(index);
  }

  @Test
  void should_be_equal_to_its_like() {
    int[] values = {5, 3, 0};
    Timesteps timesteps = Timesteps.of(values);
    values[0] = 9;
    timesteps.toArray()[1] = 9;
    assertThat(timesteps)
        .isEqualTo(Timesteps.of(5, 3, 0))
        .hasSameHashCodeAs(Timesteps.of(5, 3, 0))
        .isNotEqualTo(Timesteps.of(5, 3))
        .hasToString("[5, 3, 0]");
    assertThat(timesteps.hashCode()).isNotEqualTo(Timesteps.of(5, 3, 1).hashCode());
  }

  @Test
  void should_refuse_impossible_numbers() {
    assertRefused(() -> Timesteps.of(), "timesteps: expected at least one but was none");
    assertRefused(
        () -> Timesteps.of(3, 3), "timesteps: expected falling numbers from 0 on but was [3, 3]");
    assertRefused(
        () -> Timesteps.of(3, -1), "timesteps: expected falling numbers from 0 on but was [3, -1]");
    assertRefused(
        () -> Timesteps.linspace(10, 1),
        "steps: expected 2 to 10, the timesteps of the process, but was 1");
    assertRefused(
        () -> Timesteps.quadratic(10, 1),
        "steps: expected 2 to 10, the timesteps of the process, but was 1");
    assertRefused(
        () -> Timesteps.trailing(10, 11),
        "steps: expected 1 to 10, the timesteps of the process, but was 11");
    assertRefused(
        () -> Timesteps.leading(10, 0, 0),
        "steps: expected 1 to 10, the timesteps of the process, but was 0");
    assertRefused(
        () -> Timesteps.leading(10, 10, 1),
        "stepsOffset: expected a number from 0 to 0 for 10 of 10 timesteps but was 1");
    assertRefused(
        () -> Timesteps.leading(1000, 20, -1),
        "stepsOffset: expected a number from 0 to 49 for 20 of 1000 timesteps but was -1");
    assertRefused(
        () -> Timesteps.of(4).withoutLast(), "timesteps: expected at least one but was none");
    assertRefused(() -> Timesteps.startIndex(0, 1), "steps: expected at least 1 but was 0");
    assertRefused(
        () -> Timesteps.startIndex(5, 1.01), "strength: expected a number in [0, 1] but was 1.01");
    assertRefused(
        () -> Timesteps.startIndex(5, Double.NaN),
        "strength: expected a number in [0, 1] but was NaN");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
