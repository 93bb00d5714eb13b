// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class TokenClosenessTest {
  @FreshManager private NDManager manager;

  /** Samples of one token of width 2, or of two of width 1. */
  private ClipTokens tokens(int perSample, float... values) {
    Shape shape = new Shape(values.length / 2, perSample, 2 / perSample);
    return ClipTokens.of(Torch.copy(manager, values, shape));
  }

  @Test
  void should_measure_every_sample_as_one_vector() {
    for (int perSample : new int[] {1, 2}) {
      TokenCloseness found =
          TokenCloseness.of(tokens(perSample, 3, 4, 0, -2), tokens(perSample, 6, 8, 1, 0));

      assertThat(found.each()).containsExactly(new double[] {1, 0}, within(1e-6));
      assertThat(found.error()).isEqualTo(3 * 3 + 4 * 4 + 1 + 2 * 2);
      assertThat(found.cosine()).isEqualTo(0.5, within(1e-6));
      assertThat(found.estimate().halfWidth()).isEqualTo(1.96 * 0.5 / Math.sqrt(2), within(1e-6));
    }
  }

  @Test
  void should_join_batches_in_their_order() {
    TokenCloseness first = new TokenCloseness(List.of(0.25, 0.5), 3);
    TokenCloseness second = new TokenCloseness(List.of(1.0), 2);

    assertThat(first.and(second)).isEqualTo(new TokenCloseness(List.of(0.25, 0.5, 1.0), 5));
    assertThat(first.relativeTo(new TokenCloseness(List.of(0.0, 0.0), 12)))
        .isEqualTo(new TokenCloseness(List.of(0.25, 0.5), 0.25));
  }

  @Test
  void should_refuse_other_shapes() {
    assertThatThrownBy(() -> TokenCloseness.of(tokens(1, 1, 2), tokens(1, 1, 2, 3, 4)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("predicted: expected tokens (2, 1, 2), as the targets have, but was (1, 1, 2)");
    assertThatThrownBy(() -> new TokenCloseness(List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cosines: expected at least one sample");
  }

  @Test
  void should_leave_nothing_behind() {
    ClipTokens predicted = tokens(1, 3, 4, 0, -2);
    ClipTokens targets = tokens(1, 6, 8, 1, 0);
    LeakCheck.assertNoLeak(() -> TokenCloseness.of(predicted, targets));
  }
}
