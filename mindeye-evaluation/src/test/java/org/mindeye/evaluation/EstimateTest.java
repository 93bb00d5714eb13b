// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void should_use_the_population_deviation() {
    // Deviations -1, 0, 0, 1: population variance 0.5, not 2/3.
    Estimate estimate = Estimate.of(1, 2, 2, 3);
    assertThat(estimate.mean()).isEqualTo(2);
    assertThat(estimate.halfWidth()).isCloseTo(1.96 * Math.sqrt(0.5 / 4), within(1e-12));
    assertThat(estimate.low()).isEqualTo(2 - estimate.halfWidth());
    assertThat(estimate.high()).isEqualTo(2 + estimate.halfWidth());
  }

  @Test
  void should_say_nothing_about_the_spread_of_one_value() {
    assertThat(Estimate.of(0.5).mean()).isEqualTo(0.5);
    assertThat(Estimate.of(0.5).hasInterval()).isFalse();
    assertThat(Estimate.of(0.5, 0.5).hasInterval()).isTrue();
  }

  @Test
  void should_refuse_no_values() {
    assertThatThrownBy(Estimate::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("repetitions: expected at least one value");
  }
}
