// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Temporaries;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.Garbage;
import org.mindeye.testkit.LeakCheck;

class ModeTest {
  @FreshManager private NDManager manager;

  /** Draws the same number each time. */
  private record Always(float value) implements NoiseSource {
    @Override
    public void uniform(float[] values) {
      Arrays.fill(values, value);
    }

    @Override
    public void normal(float[] values) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double[] beta(double alpha, double beta, int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int[] permutation(int size) {
      throw new UnsupportedOperationException();
    }
  }

  private static Mode train() {
    return Mode.train(NoiseSource.seeded(8));
  }

  @Test
  void should_change_nothing_in_evaluation_or_at_rate_zero() {
    NDArray x = manager.ones(new Shape(4));
    assertThat(Mode.eval().training()).isFalse();
    assertThat(Mode.eval().dropout(x, 0.5)).isSameAs(x);
    assertThat(train().training()).isTrue();
    assertThat(train().dropout(x, 0)).isSameAs(x);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.15, 0.5, 0.9})
  void should_keep_the_expectation(double rate) {
    int size = 100_000;
    NDArray x = manager.full(new Shape(100, size / 100), 3f);
    float[] dropped = train().dropout(x, rate).toFloatArray();
    int kept = 0;
    double sum = 0;
    for (float value : dropped) {
      assertThat(value == 0 || Math.abs(value - 3 / (1 - rate)) < 1e-5).isTrue();
      kept += value == 0 ? 0 : 1;
      sum += value;
    }
    double deviation = Math.sqrt(rate * (1 - rate) / size);
    assertThat((double) kept / size).isCloseTo(1 - rate, within(5 * deviation));
    assertThat(sum / size).isCloseTo(3, within(15 * deviation / (1 - rate)));
    assertThat(x.toFloatArray()).containsOnly(3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.15, 0.3, 0.5, 0.9999999})
  void should_drop_what_was_drawn_below_the_rate(double rate) {
    float[] drawn = new float[10_000];
    NoiseSource.seeded(8).uniform(drawn);
    float[] dropped = train().dropout(manager.ones(new Shape(drawn.length)), rate).toFloatArray();
    for (int i = 0; i < drawn.length; i++) {
      assertThat(dropped[i]).isEqualTo(drawn[i] < rate ? 0 : (float) (1 / (1 - rate)));
    }
    for (float edge : new float[] {(float) rate, Math.nextUp((float) rate), 0}) {
      Mode mode = Mode.train(new Always(edge));
      assertThat(mode.dropout(manager.ones(new Shape(1)), rate).getFloat())
          .isEqualTo(edge < rate ? 0 : (float) (1 / (1 - rate)));
    }
  }

  @Test
  void should_draw_a_new_mask_each_time_and_repeat_with_the_seed() {
    NDArray x = manager.ones(new Shape(1000));
    Mode first = train();
    NDArray mask = first.dropout(x, 0.5);
    assertThat(first.dropout(x, 0.5)).isNotEqualTo(mask);
    assertThat(train().dropout(x, 0.5)).isEqualTo(mask);
  }

  @Test
  void should_give_the_mask_as_gradient() {
    NDArray x = manager.ones(new Shape(50));
    x.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      NDArray y = train().dropout(x, 0.5);
      assertThat(Gradients.of(y.sum(), List.of(x)).get(0)).isEqualTo(y);
    }
  }

  @Test
  void should_give_the_mask_as_gradient_when_the_mask_is_closed_and_collected() {
    NDArray x = manager.ones(new Shape(100_000));
    x.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      NDArray y = Temporaries.freed(() -> train().dropout(x, 0.5));
      Garbage.collectAndReuse();
      assertThat(Gradients.of(y.sum(), List.of(x)).get(0)).isEqualTo(y);
    }
  }

  @Test
  void should_give_each_part_a_stream_that_starts_again() {
    NDArray x = manager.ones(new Shape(1000));
    IntFunction<Mode> streams = train().streams();
    NDArray first = streams.apply(0).dropout(x, 0.5);
    assertThat(streams.apply(0).dropout(x, 0.5)).isEqualTo(first);
    assertThat(streams.apply(1).dropout(x, 0.5)).isNotEqualTo(first);
    assertThat(train().streams().apply(0).dropout(x, 0.5)).isEqualTo(first);
    assertThat(Mode.eval().streams().apply(3).training()).isFalse();
  }

  @Test
  void should_insist_on_a_noise_source() {
    assertThatNullPointerException().isThrownBy(() -> Mode.train(null)).withMessage("noise");
  }

  @Test
  void should_leave_nothing_behind_but_in_the_manager_of_the_activation() {
    Mode mode = train();
    LeakCheck.assertNoLeak(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            mode.dropout(scope.ones(new Shape(4)), 0.5);
          }
        });
  }
}
