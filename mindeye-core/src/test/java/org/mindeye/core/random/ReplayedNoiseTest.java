// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayedNoiseTest {
  private final NoiseSource noise =
      NoiseSource.replayed(List.of(new float[] {1, 2}, new float[] {3}));

  @Test
  void should_hand_out_draws_in_order() {
    float[] two = new float[2];
    float[] one = new float[1];
    noise.normal(two);
    noise.normal(one);
    assertThat(two).containsExactly(1, 2);
    assertThat(one).containsExactly(3);
    assertThatIllegalStateException()
        .isThrownBy(() -> noise.normal(one))
        .withMessage("replayed noise: all 2 draws are used up; record more");
  }

  @Test
  void should_refuse_other_sizes_and_distributions() {
    assertThatIllegalStateException()
        .isThrownBy(() -> noise.normal(new float[3]))
        .withMessage("replayed noise: draw 0 has 2 numbers but 3 are asked for");
    assertThatIllegalStateException()
        .isThrownBy(() -> noise.uniform(new float[3]))
        .withMessage("replayed noise: normal draws only, not uniform numbers");
    assertThatIllegalStateException()
        .isThrownBy(() -> noise.beta(1, 1, 1))
        .withMessageContaining("Beta numbers");
    assertThatIllegalStateException()
        .isThrownBy(() -> noise.permutation(2))
        .withMessageContaining("a permutation");
  }
}
