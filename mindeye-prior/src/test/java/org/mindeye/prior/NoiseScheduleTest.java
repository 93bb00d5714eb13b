// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseScheduleTest {
  private static final Percentage DIGITS = Percentage.withPercentage(1e-6);
  private static final NoiseSchedule PAPER = new NoiseSchedule(BetaSchedule.COSINE, 100);

  /** The table of the numerical specification. */
  @ParameterizedTest
  @CsvSource({
    "0, 6.31281598e-4, 0.999368718, 0.999684309, 0.0251253179, 0, 1, 0",
    "1, 1.11693704e-3, 0.998252486, 0.999125861, 0.0418032718, 4.03488605e-4, 0.638956099,"
        + " 0.361043813",
    "50, 0.0315463394, 0.478264633, 0.691566796, 0.722312513, 0.0306043693, 0.0424906529,"
        + " 0.954715308",
    "98, 0.74993928, 2.42857228e-4, 0.0155838772, 0.999878564, 0.74939294, 0.0233767625,"
        + " 0.499696415",
    "99, 0.999, 2.42857228e-7, 4.92805467e-4, 0.999999879, 0.998757628, 0.0155682971,"
        + " 0.0316151045"
  })
  void should_equal_the_published_table(
      int t,
      double beta,
      double signal,
      double signalScale,
      double noiseScale,
      double variance,
      double clean,
      double noisy) {
    assertThat(PAPER.beta(t)).isCloseTo(beta, DIGITS);
    assertThat(PAPER.signal(t)).isCloseTo(signal, DIGITS);
    assertThat(PAPER.signalScale(t)).isCloseTo(signalScale, DIGITS);
    assertThat(PAPER.noiseScale(t)).isCloseTo(noiseScale, DIGITS);
    assertThat(PAPER.posteriorVariance(t)).isCloseTo(variance, within(1e-9));
    assertThat(PAPER.posteriorCleanWeight(t)).isCloseTo(clean, DIGITS);
    assertThat(PAPER.posteriorNoisyWeight(t)).isCloseTo(noisy, within(1e-9));
  }

  @Test
  void should_equal_the_published_numbers_of_a_thousand_steps() {
    NoiseSchedule long1000 = new NoiseSchedule(BetaSchedule.COSINE, 1000);
    assertThat(long1000.beta(0)).isCloseTo(4.12842248e-5, DIGITS);
    assertThat(long1000.beta(1)).isCloseTo(4.61417527e-5, DIGITS);
    assertThat(long1000.beta(500)).isCloseTo(3.15569144e-3, DIGITS);
    assertThat(long1000.signal(500)).isCloseTo(0.492285172, DIGITS);
    assertThat(long1000.beta(998)).isCloseTo(0.749999393, DIGITS);
    assertThat(long1000.beta(999)).isEqualTo(0.999);
    assertThat(long1000.signal(999)).isCloseTo(2.42876691e-9, DIGITS);
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR, 100, 0, 1e-3",
    "LINEAR, 100, 99, 0.2",
    "LINEAR, 1000, 333, 0.0067333333333",
    "QUADRATIC, 1000, 0, 1e-4",
    "QUADRATIC, 1000, 999, 0.02",
    "QUADRATIC, 1000, 333, 0.00289520603",
    "SIGMOID, 1000, 0, 1.49205201e-4",
    "SIGMOID, 1000, 999, 0.0199507937",
    "JSD, 10, 0, 0.1",
    "JSD, 10, 7, 0.3333333333",
    "JSD, 10, 9, 1"
  })
  void should_know_the_other_schedules(BetaSchedule kind, int timesteps, int t, double beta) {
    assertThat(new NoiseSchedule(kind, timesteps).beta(t))
        .isCloseTo(beta, Percentage.withPercentage(1e-4));
  }

  @Test
  void should_offer_the_published_buffers() {
    Map<String, float[]> buffers = PAPER.buffers();
    assertThat(buffers.keySet())
        .containsExactly(
            "betas",
            "alphas_cumprod",
            "alphas_cumprod_prev",
            "sqrt_alphas_cumprod",
            "sqrt_one_minus_alphas_cumprod",
            "log_one_minus_alphas_cumprod",
            "sqrt_recip_alphas_cumprod",
            "sqrt_recipm1_alphas_cumprod",
            "posterior_variance",
            "posterior_log_variance_clipped",
            "posterior_mean_coef1",
            "posterior_mean_coef2",
            "p2_loss_weight");
    assertThat(buffers.values()).allMatch(values -> values.length == 100);
    assertThat(buffers.get("posterior_log_variance_clipped")[0]).isEqualTo(-46.0517019f);
    assertThat(buffers.get("alphas_cumprod_prev")[0]).isEqualTo(1);
    assertThat(buffers.get("p2_loss_weight")).containsOnly(1);
    assertThat(buffers.get("log_one_minus_alphas_cumprod")[50])
        .isEqualTo((float) (2 * Math.log(PAPER.noiseScale(50))));
    assertThat(buffers.get("sqrt_recip_alphas_cumprod")[50])
        .isEqualTo((float) (1 / PAPER.signalScale(50)));
    assertThat(buffers.get("sqrt_recipm1_alphas_cumprod")[50])
        .isEqualTo((float) Math.sqrt(1 / PAPER.signal(50) - 1));
  }

  @ParameterizedTest
  @EnumSource
  void should_lose_signal_with_every_step(BetaSchedule kind) {
    NoiseSchedule schedule = new NoiseSchedule(kind, 50);
    assertThat(schedule.signal(-1)).isEqualTo(1);
    for (int t = 0; t < 50; t++) {
      assertThat(schedule.signal(t)).isLessThan(schedule.signal(t - 1));
      double kept = Math.pow(schedule.signalScale(t), 2) + Math.pow(schedule.noiseScale(t), 2);
      assertThat(kept).isCloseTo(1, within(1e-12));
      // The mean of the step before keeps a clean signal clean.
      double mean =
          schedule.posteriorCleanWeight(t)
              + schedule.posteriorNoisyWeight(t) * schedule.signalScale(t);
      assertThat(mean).isCloseTo(schedule.signalScale(t - 1), within(1e-9));
    }
  }

  @Test
  void should_refuse_impossible_numbers() {
    assertThatThrownBy(() -> new NoiseSchedule(BetaSchedule.COSINE, 1))
        .hasMessage("timesteps: expected at least 2 but was 1");
    assertThatThrownBy(() -> new NoiseSchedule(BetaSchedule.LINEAR, 10))
        .hasMessageStartingWith("timesteps: 10 are too few for the schedule LINEAR, whose beta");
    assertThat(new NoiseSchedule(BetaSchedule.COSINE, 2).timesteps()).isEqualTo(2);
    assertThat(new NoiseSchedule(BetaSchedule.JSD, 2).beta(1)).isEqualTo(1);
  }

  @Test
  void should_be_equal_to_its_like() {
    assertThat(new NoiseSchedule(BetaSchedule.COSINE, 100))
        .isEqualTo(PAPER)
        .hasSameHashCodeAs(PAPER)
        .isNotEqualTo(new NoiseSchedule(BetaSchedule.COSINE, 99))
        .hasToString("COSINE over 100 timesteps");
    assertThat(PAPER.hashCode()).isNotEqualTo(new NoiseSchedule(BetaSchedule.JSD, 7).hashCode());
  }
}
