// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class LossRefusalTest {
  @FreshManager private NDManager manager;

  private ClipVectors rows(int batch, int width) {
    return Vectors.of(manager, Vectors.unitRows(1, batch, width));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.006, Double.NaN, Double.POSITIVE_INFINITY})
  void should_refuse_temperatures_that_are_not_positive_and_finite(double temperature) {
    List<DoubleFunction<Object>> constructors =
        List.of(
            ClipLoss::new,
            SoftClipLoss::new,
            SoftContrastiveLoss::new,
            t -> new BiMixCoLoss(t, MixCoTargets.AS_PUBLISHED),
            t -> new TemperatureSchedule(t, 1, 5),
            t -> new TemperatureSchedule(1, t, 5));
    for (DoubleFunction<Object> constructor : constructors) {
      assertThatThrownBy(() -> constructor.apply(temperature))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("temperature must be positive and finite but was " + temperature);
    }
  }

  @Test
  void should_refuse_vectors_of_different_shapes_or_types() {
    ClipVectors brain = rows(4, 3);
    ClipVectors image = rows(4, 5);
    String message =
        "brain [batch, width] is (4, 3) float64 but image is (4, 5) float64:"
            + " shapes and types must be equal";
    assertThatThrownBy(() -> new ClipLoss(1).evaluate(brain, image))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> new SoftClipLoss(1).evaluate(brain, image)).hasMessage(message);
    MixCoPlan mix = MixCo.draw(4, NoiseSource.seeded(1));
    assertThatThrownBy(() -> BiMixCoLoss.paper().evaluate(brain, image, mix)).hasMessage(message);
    assertThatThrownBy(() -> SoftContrastiveLoss.paper().evaluate(brain, brain, image))
        .hasMessageContaining("augmented teacher is (4, 5)");
    ClipVectors single = Vectors.of(manager, Vectors.unitRows(1, 4, 3), DataType.FLOAT32);
    assertThatThrownBy(() -> SoftContrastiveLoss.paper().evaluate(brain, single, brain))
        .hasMessageContaining("student [batch, width] is (4, 3) float64 but teacher")
        .hasMessageContaining("(4, 3) float32");
  }

  @Test
  void should_refuse_a_single_sample() {
    assertThatThrownBy(() -> new SoftClipLoss(1).evaluate(rows(1, 3), rows(1, 3)))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageStartingWith(
            "brain [batch, width] is (1, 3): a contrastive loss needs at least");
  }

  @Test
  void should_refuse_a_mix_of_another_size() {
    MixCoPlan mix = MixCo.draw(5, NoiseSource.seeded(1));
    assertThatThrownBy(() -> BiMixCoLoss.paper().evaluate(rows(4, 3), rows(4, 3), mix))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("brain: expected [batch=5, …], the size of the mix, but was (4, 3)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void should_say_which_vectors_hold_no_numbers(double value) {
    double[][] spoilt = Vectors.unitRows(1, 4, 3);
    spoilt[2][1] = value;
    MixCoPlan mix = MixCo.draw(4, NoiseSource.seeded(1));
    String found = " vectors: expected finite numbers but 1 are NaN or infinite, in 1 of 4 samples";
    for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
      ClipVectors bad = Vectors.of(manager, spoilt, type);
      ClipVectors good = Vectors.of(manager, Vectors.unitRows(2, 4, 3), type);
      for (PairedLoss loss : List.of(new ClipLoss(0.1), new SoftClipLoss(0.1))) {
        assertRefused(() -> loss.evaluate(bad, good), "brain" + found);
        assertRefused(() -> loss.evaluate(good, bad), "image" + found);
      }
      assertRefused(() -> BiMixCoLoss.paper().evaluate(bad, good, mix), "brain" + found);
      assertRefused(() -> BiMixCoLoss.paper().evaluate(good, bad, mix), "image" + found);
      SoftContrastiveLoss soft = SoftContrastiveLoss.paper();
      assertRefused(() -> soft.evaluate(bad, good, good), "student" + found);
      assertRefused(() -> soft.evaluate(good, bad, good), "teacher" + found);
      assertRefused(() -> soft.evaluate(good, good, bad), "augmented teacher" + found);
    }
  }

  @Test
  void should_say_that_sound_vectors_overflow() {
    double[][] vectors = {{1e38, 0}, {0, 1e38}};
    ClipVectors huge = Vectors.of(manager, vectors, DataType.FLOAT32);
    assertRefused(
        () -> new ClipLoss(1).evaluate(huge, huge),
        "the loss became NaN although all vectors are finite: make them length 1"
            + " (ClipVectors.normalized) or raise the temperature");
  }

  /** A loop that looks at all numbers of a step at once does not wait for each loss. */
  @Test
  void should_leave_the_look_to_the_loop_where_it_is_asked_to() {
    ClipVectors brain = rows(4, 3);
    ClipVectors image = Vectors.of(manager, Vectors.unitRows(2, 4, 3));
    ClipVectors bad = ClipVectors.of(image.array().mul(Float.NaN));
    MixCoPlan mix = MixCo.draw(4, NoiseSource.seeded(1));
    SoftContrastiveLoss soft = SoftContrastiveLoss.paper();
    for (PairedLoss loss : List.of(new ClipLoss(0.1), new SoftClipLoss(0.1))) {
      assertUnchecked(
          () -> loss.evaluate(brain, image),
          () -> loss.evaluateUnchecked(brain, image),
          () -> loss.evaluateUnchecked(brain, bad));
    }
    assertUnchecked(
        () -> BiMixCoLoss.paper().evaluate(brain, image, mix),
        () -> BiMixCoLoss.paper().evaluateUnchecked(brain, image, mix),
        () -> BiMixCoLoss.paper().evaluateUnchecked(brain, bad, mix));
    assertUnchecked(
        () -> soft.evaluate(brain, image, image),
        () -> soft.evaluateUnchecked(brain, image, image),
        () -> soft.evaluateUnchecked(brain, image, bad));
  }

  private static void assertUnchecked(
      Supplier<NDArray> checked, Supplier<NDArray> unchecked, Supplier<NDArray> spoilt) {
    long before = Readback.count();
    NDArray expected = checked.get();
    assertThat(Readback.count() - before).isEqualTo(1);
    NDArray found = unchecked.get();
    NDArray bad = spoilt.get();
    assertThat(Readback.count() - before).isEqualTo(1);
    assertThat(Vectors.value(found)).isEqualTo(Vectors.value(expected));
    assertThat(Vectors.value(bad)).isNaN();
  }

  private void assertRefused(Supplier<NDArray> loss, String message) {
    assertThatThrownBy(loss::get)
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith(message);
    LeakCheck.assertNoLeak(
        5, () -> assertThatThrownBy(loss::get).isInstanceOf(NotFiniteException.class));
  }

  @Test
  void should_compare_losses_by_their_settings() {
    assertThat(BiMixCoLoss.paper())
        .isEqualTo(new BiMixCoLoss(0.006, MixCoTargets.AS_PUBLISHED))
        .isNotEqualTo(new BiMixCoLoss(0.006, MixCoTargets.CORRECTED));
  }
}
