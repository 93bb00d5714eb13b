// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;

class UncertaintyTest {
  private static final StatisticsConfig CONFIG = StatisticsConfig.standard();

  private static double[] normal(int count, long seed) {
    float[] drawn = new float[count];
    NoiseSource.seeded(seed).normal(drawn);
    double[] scores = new double[count];
    for (int i = 0; i < count; i++) {
      scores[i] = 3 + 2 * drawn[i];
    }
    return scores;
  }

  @Test
  void should_divide_by_the_number_less_one() {
    Uncertainty uncertainty =
        Uncertainty.ofMean(new double[] {1, 2, 3, 6}, CONFIG, NoiseSource.seeded(1));
    // Variance 14/3, of four images.
    assertThat(uncertainty.standardError()).isCloseTo(Math.sqrt(14 / 12.0), within(1e-12));
    assertThat(uncertainty.level()).isEqualTo(0.95);
    assertThat(uncertainty.resamples()).isEqualTo(10_000);
  }

  /** Means of many scores are normal: 1.96 standard errors for 95 %, 1.645 for 90 %. */
  @ParameterizedTest
  @CsvSource({"0.95, 1.96", "0.9, 1.645", "0.5, 0.674"})
  void should_hold_the_middle_share_of_the_means(double level, double quantile) {
    double[] scores = normal(400, 2);
    double mean = Arrays.stream(scores).average().orElseThrow();
    Uncertainty uncertainty =
        Uncertainty.ofMean(
            scores, new StatisticsConfig(level, 20_000, 1, 2, 0), NoiseSource.seeded(3));
    double half = quantile * uncertainty.standardError();
    assertThat(uncertainty.low()).isCloseTo(mean - half, within(0.05 * half));
    assertThat(uncertainty.high()).isCloseTo(mean + half, within(0.05 * half));
  }

  /** The interval of a skewed score is not symmetric: that is what resampling is for. */
  @Test
  void should_be_as_skewed_as_the_scores() {
    double[] scores = new double[20];
    scores[7] = 1;
    Uncertainty uncertainty = Uncertainty.ofMean(scores, CONFIG, NoiseSource.seeded(4));
    assertThat(uncertainty.low()).isZero();
    assertThat(uncertainty.high()).isCloseTo(0.15, within(1e-12));
  }

  @Test
  void should_repeat_with_the_seed_and_have_no_width_for_equal_scores() {
    double[] scores = normal(30, 5);
    assertThat(Uncertainty.ofMean(scores, CONFIG, NoiseSource.seeded(6)))
        .isEqualTo(Uncertainty.ofMean(scores, CONFIG, NoiseSource.seeded(6)))
        .isNotEqualTo(Uncertainty.ofMean(scores, CONFIG, NoiseSource.seeded(7)));
    Uncertainty same =
        Uncertainty.ofMean(new double[] {0.5, 0.5, 0.5}, CONFIG, NoiseSource.seeded(6));
    assertThat(new double[] {same.standardError(), same.low(), same.high()})
        .containsExactly(0, 0.5, 0.5);
  }

  @Test
  void should_refuse_what_has_no_spread() {
    assertThatThrownBy(() -> Uncertainty.ofMean(new double[] {1}, CONFIG, NoiseSource.seeded(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "scores: expected at least 2 but was 1; one score says nothing about how much others"
                + " would differ");
    assertThatThrownBy(
            () -> Uncertainty.ofMean(new double[] {1, Double.NaN}, CONFIG, NoiseSource.seeded(1)))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("scores: expected finite numbers but their sum is NaN");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 1 | 1 | 2 | level: expected a number between 0 and 1 but was 0.0",
        "1 | 1 | 1 | 2 | level: expected a number between 0 and 1 but was 1.0",
        "0.9 | 0 | 1 | 2 | resamples: expected at least 1 but was 0",
        "0.9 | 1 | 0 | 2 | permutations: expected at least 1 but was 0",
        "0.9 | 1 | 1 | 1 | block: expected at least 2 but was 1",
      })
  void should_refuse_settings(
      double level, int resamples, int permutations, int block, String message) {
    assertThatThrownBy(() -> new StatisticsConfig(level, resamples, permutations, block, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
