// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseScheduleTest {
  private static final Percentage DIGITS = Percentage.withPercentage(1e-6);
  private static final NoiseSchedule PAPER = NoiseSchedule.of(BetaSchedule.COSINE, 100);

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
      double alphaBar,
      double alpha,
      double sigma,
      double variance,
      double clean,
      double noisy) {
    assertThat(PAPER.beta(t)).isCloseTo(beta, DIGITS);
    assertThat(PAPER.alphaBar(t)).isCloseTo(alphaBar, DIGITS);
    assertThat(PAPER.alpha(t)).isCloseTo(alpha, DIGITS);
    assertThat(PAPER.sigma(t)).isCloseTo(sigma, DIGITS);
    assertThat(PAPER.posteriorVariance(t)).isCloseTo(variance, within(1e-9));
    assertThat(PAPER.posteriorMeanCoef1(t)).isCloseTo(clean, DIGITS);
    assertThat(PAPER.posteriorMeanCoef2(t)).isCloseTo(noisy, within(1e-9));
  }

  @Test
  void should_equal_the_published_numbers_of_a_thousand_steps() {
    NoiseSchedule long1000 = NoiseSchedule.of(BetaSchedule.COSINE, 1000);
    assertThat(long1000.beta(0)).isCloseTo(4.12842248e-5, DIGITS);
    assertThat(long1000.beta(1)).isCloseTo(4.61417527e-5, DIGITS);
    assertThat(long1000.beta(500)).isCloseTo(3.15569144e-3, DIGITS);
    assertThat(long1000.alphaBar(500)).isCloseTo(0.492285172, DIGITS);
    assertThat(long1000.beta(998)).isCloseTo(0.749999393, DIGITS);
    assertThat(long1000.beta(999)).isEqualTo(0.999);
    assertThat(long1000.alphaBar(999)).isCloseTo(2.42876691e-9, DIGITS);
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
    assertThat(NoiseSchedule.of(kind, timesteps).beta(t))
        .isCloseTo(beta, Percentage.withPercentage(1e-4));
  }

  /** Between given ends, as diffusers has them; its defaults are dalle2's ends for 1000 steps. */
  @Test
  void should_rise_between_given_ends() {
    NoiseSchedule scaled = NoiseSchedule.stableDiffusion();
    assertThat(scaled).isEqualTo(NoiseSchedule.scaledLinear(0.00085, 0.012, 1000));
    assertThat(scaled.beta(0)).isCloseTo(0.00085, DIGITS);
    assertThat(scaled.beta(1)).isCloseTo(0.0008547, Percentage.withPercentage(1e-2));
    assertThat(scaled.beta(500)).isCloseTo(0.00481495, Percentage.withPercentage(1e-4));
    assertThat(scaled.beta(999)).isCloseTo(0.012, DIGITS);
    assertThat(scaled.alphaBar(500)).isCloseTo(0.2763326838, DIGITS);
    NoiseSchedule linear = NoiseSchedule.linear(1e-4, 0.02, 1000);
    assertThat(linear.beta(333)).isCloseTo(0.0067333333333, DIGITS);
    assertThat(linear).isEqualTo(NoiseSchedule.of(BetaSchedule.LINEAR, 1000));
    assertThat(NoiseSchedule.scaledLinear(1e-4, 0.02, 1000))
        .isEqualTo(NoiseSchedule.of(BetaSchedule.QUADRATIC, 1000));
    assertThat(NoiseSchedule.linear(0.1, 0.3, 3)).isEqualTo(NoiseSchedule.ofBetas(0.1, 0.2, 0.3));
  }

  @Test
  void should_keep_given_betas() {
    double[] betas = {0.1, 0.5};
    NoiseSchedule schedule = NoiseSchedule.ofBetas(betas);
    betas[0] = 0.9;
    assertThat(schedule.beta(0)).isEqualTo(0.1);
    assertThat(schedule.alphaBar(1)).isCloseTo(0.45, within(1e-15));
    assertThat(schedule.lambda(1)).isCloseTo(Math.log(0.45 / 0.55) / 2, within(1e-15));
    assertThat(schedule.level(1)).isEqualTo(new NoiseLevel(schedule.alphaBar(1)));
    assertThat(schedule.level(-1)).isEqualTo(NoiseLevel.CLEAN);
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
        .isEqualTo((float) (2 * Math.log(PAPER.sigma(50))));
    assertThat(buffers.get("sqrt_recip_alphas_cumprod")[50])
        .isEqualTo((float) (1 / PAPER.alpha(50)));
    assertThat(buffers.get("sqrt_recipm1_alphas_cumprod")[50])
        .isEqualTo((float) Math.sqrt(1 / PAPER.alphaBar(50) - 1));
  }

  static Stream<NoiseSchedule> schedules() {
    return Stream.concat(
        Arrays.stream(BetaSchedule.values()).map(kind -> NoiseSchedule.of(kind, 50)),
        Stream.of(
            NoiseSchedule.linear(1e-4, 0.02, 50), NoiseSchedule.scaledLinear(0.00085, 0.012, 50)));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void should_lose_signal_with_every_step(NoiseSchedule schedule) {
    assertThat(schedule.alphaBar(-1)).isEqualTo(1);
    for (int t = 0; t < 50; t++) {
      assertThat(schedule.beta(t)).isGreaterThan(t == 0 ? 0 : schedule.beta(t - 1));
      assertThat(schedule.lambda(t)).isLessThan(schedule.lambda(t - 1));
      assertThat(schedule.alphaBar(t)).isLessThan(schedule.alphaBar(t - 1));
      double kept = Math.pow(schedule.alpha(t), 2) + Math.pow(schedule.sigma(t), 2);
      assertThat(kept).isCloseTo(1, within(1e-12));
      // The mean of the step before keeps a clean signal clean.
      double mean =
          schedule.posteriorMeanCoef1(t) + schedule.posteriorMeanCoef2(t) * schedule.alpha(t);
      assertThat(mean).isCloseTo(schedule.alpha(t - 1), within(1e-9));
    }
  }

  @Test
  void should_refuse_impossible_numbers() {
    assertThatThrownBy(() -> NoiseSchedule.of(BetaSchedule.COSINE, 1))
        .hasMessage("timesteps: expected at least 2 but was 1");
    assertThatThrownBy(() -> NoiseSchedule.of(BetaSchedule.LINEAR, 10))
        .hasMessageStartingWith("timesteps: 10 are too few for the schedule LINEAR, whose beta");
    assertThatThrownBy(() -> NoiseSchedule.linear(0, 0.02, 10))
        .hasMessage("betas: expected numbers in (0, 1] but beta 0 is 0.0");
    assertThatThrownBy(() -> NoiseSchedule.scaledLinear(0.1, 0.2, 1))
        .hasMessage("timesteps: expected at least 2 but was 1");
    assertThatThrownBy(() -> NoiseSchedule.linear(0.1, 0.2, 1))
        .hasMessage("timesteps: expected at least 2 but was 1");
    assertThatThrownBy(() -> NoiseSchedule.ofBetas(0.1))
        .hasMessage("timesteps: expected at least 2 but was 1");
    assertThatThrownBy(() -> NoiseSchedule.ofBetas(0.1, 1.1))
        .hasMessage("betas: expected numbers in (0, 1] but beta 1 is 1.1");
    for (int t : new int[] {-2, 100}) {
      assertThatThrownBy(() -> PAPER.level(t))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("timestep: expected a number from -1 to 99 but was " + t);
    }
    assertThat(NoiseSchedule.of(BetaSchedule.COSINE, 2).timesteps()).isEqualTo(2);
    assertThat(NoiseSchedule.of(BetaSchedule.JSD, 2).beta(1)).isEqualTo(1);
  }

  @Test
  void should_be_equal_to_its_like() {
    assertThat(NoiseSchedule.of(BetaSchedule.COSINE, 100))
        .isEqualTo(PAPER)
        .hasSameHashCodeAs(PAPER)
        .isNotEqualTo(NoiseSchedule.of(BetaSchedule.COSINE, 99))
        .hasToString("COSINE over 100 timesteps");
    assertThat(NoiseSchedule.stableDiffusion())
        .hasToString("scaled linear from 8.5E-4 to 0.012 over 1000 timesteps");
    assertThat(NoiseSchedule.linear(0.1, 0.2, 3))
        .hasToString("linear from 0.1 to 0.2 over 3 timesteps");
    assertThat(NoiseSchedule.ofBetas(0.1, 0.2)).hasToString("given betas over 2 timesteps");
    assertThat(PAPER.hashCode()).isNotEqualTo(NoiseSchedule.of(BetaSchedule.JSD, 7).hashCode());
  }
}
