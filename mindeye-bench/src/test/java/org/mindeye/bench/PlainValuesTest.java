// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;

/** What benchmarks are checked with. */
class PlainValuesTest {
  @Test
  void should_know_the_products_of_wide_vectors() {
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      KnownVectors a = KnownVectors.draw(manager, NoiseSource.seeded(1), 3, 2304);
      KnownVectors b = KnownVectors.draw(manager, NoiseSource.seeded(2), 2, 2304);
      double[][] expected = PlainLosses.logits(a.shortVectors(), b.shortVectors(), 1);

      NDArray products = a.wide().array().matMul(b.wide().array().transpose());
      float[] actual = products.toFloatArray();

      assertThat(a.wide().width()).isEqualTo(2304);
      assertThat(a.shortVectors()[0]).hasSize(768);
      for (int i = 0; i < 6; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i / 2][i % 2], within(1e-6));
      }
      float[] lengths = a.wide().array().norm(2, new int[] {1}, false).toFloatArray();
      for (float length : lengths) {
        assertThat(length).isCloseTo(1, within(1e-6f));
      }
    }
  }

  @Test
  void should_refuse_a_width_that_repeats_nothing() {
    assertThatThrownBy(() -> KnownVectors.draw(null, NoiseSource.seeded(1), 3, 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width: expected at most 768 or a multiple of it but was 1000");
  }

  @Test
  void should_stop_a_benchmark_that_is_wrong() {
    assertThatThrownBy(() -> Check.near("loss", 1.5, 1, 0.1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "loss: expected 1.0 as computed plainly but was 1.5; what would be timed is wrong");
    assertThatThrownBy(() -> Check.near("loss", Double.NaN, 1, 0.1))
        .hasMessageContaining("but was NaN");
    assertThatCode(() -> Check.near("loss", 1050, 1000, 0.1)).doesNotThrowAnyException();
  }

  @Test
  void should_step_like_adamw() {
    assertThat(PlainAdamW.firstStep(2, -0.5, 0.1, 0.01)).isCloseTo(2 * 0.999 + 0.1, within(1e-8));
    assertThat(PlainAdamW.firstStep(2, 0, 0.1, 0)).isEqualTo(2);
  }

  @Test
  void should_write_numbers_in_three_digits() {
    assertThat(Quantity.time(1.2345e-7)).hasToString("123 ns");
    assertThat(Quantity.time(1.2345e-5)).hasToString("12.3 µs");
    assertThat(Quantity.time(0.12345)).hasToString("123 ms");
    assertThat(Quantity.time(1234.5)).hasToString("1230 s");
    assertThat(Quantity.amount(1.2345e5)).hasToString("123 k");
    assertThat(Quantity.amount(1.2345e12)).hasToString("1.23 T");
    assertThat(Quantity.digits(1)).isEqualTo("1.00");
    assertThat(Quantity.digits(0)).isEqualTo("0.00");
  }
}
