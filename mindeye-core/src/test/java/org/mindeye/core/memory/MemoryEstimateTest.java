// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.memory.MemoryEstimate.Alternative;

class MemoryEstimateTest {
  private static final long GIB = 1L << 30;

  private final MemoryEstimate training =
      new MemoryEstimate(2 * GIB, 2 * GIB, 4 * GIB, GIB / 2, GIB / 4);

  @Test
  void should_add_up_and_say_so() {
    assertThat(training.total()).isEqualTo(9 * GIB - GIB / 4);
    assertThat(training)
        .hasToString(
            "8.75 GiB (weights 2.00 GiB, gradients 2.00 GiB, AdamW moments 4.00 GiB,"
                + " activations 0.50 GiB, working space 0.25 GiB)");
    assertThat(training.withWeightsPresent())
        .hasToString("6.50 GiB (gradients 2.00 GiB, AdamW moments 4.00 GiB, activations 0.50 GiB)");
  }

  @Test
  void should_join_two_computations_of_one_process() {
    MemoryEstimate other = new MemoryEstimate(1, 2, 3, 4, GIB);
    assertThat(training.plus(other))
        .isEqualTo(other.plus(training))
        .isEqualTo(new MemoryEstimate(2 * GIB + 1, 2 * GIB + 2, 4 * GIB + 3, GIB / 2 + 4, GIB));
    assertThat(other.withMovingAverage()).isEqualTo(new MemoryEstimate(2, 2, 3, 4, GIB));
    assertThat(other.withAccumulation()).isEqualTo(new MemoryEstimate(1, 4, 3, 4, GIB));
  }

  @Test
  void should_accept_what_fits_exactly() {
    MemoryBudget budget = MemoryBudget.of(training.total(), "test");

    assertThatCode(() -> training.requireFits("training", budget, List.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void should_find_the_largest_smaller_batch_that_fits() {
    IntFunction<MemoryEstimate> step = batch -> new MemoryEstimate(0, 0, 0, batch * GIB, 0);

    assertThat(Alternative.smallerBatch(13, 1, step, MemoryBudget.of(5 * GIB, "test")))
        .containsExactly(new Alternative("batch 3", step.apply(3)));
    assertThat(Alternative.smallerBatch(3, 2, step, MemoryBudget.of(2 * GIB, "test")))
        .containsExactly(new Alternative("batch 2", step.apply(2)));
    assertThat(Alternative.smallerBatch(3, 2, step, MemoryBudget.of(GIB, "test"))).isEmpty();
    assertThat(Alternative.smallerBatch(1, 1, step, MemoryBudget.of(2 * GIB, "test"))).isEmpty();
  }

  @Test
  void should_name_only_what_fits() {
    Alternative small = new Alternative("batch 4", new MemoryEstimate(GIB, 0, 0, 0, 0));
    Alternative large = new Alternative("batch 8", new MemoryEstimate(4 * GIB, 0, 0, 0, 0));

    assertThatThrownBy(
            () ->
                training.requireFits(
                    "training", MemoryBudget.of(3 * GIB, "test"), List.of(large, small)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "training needs %s but 3.00 GiB are available (test); what fits: batch 4 (1.00 GiB)",
            training);
  }

  @Test
  void should_say_when_nothing_fits() {
    assertThatThrownBy(
            () -> training.requireFits("training", MemoryBudget.of(0, "test"), List.of()))
        .hasMessageEndingWith(
            "but 0.00 GiB are available (test); free memory or use a larger machine");
  }

  @Test
  void should_refuse_negative_sizes() {
    assertThatThrownBy(() -> new MemoryEstimate(0, -1, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bytes: expected numbers of 0 or more but was [0, -1, 0, 0, 0]");
  }
}
