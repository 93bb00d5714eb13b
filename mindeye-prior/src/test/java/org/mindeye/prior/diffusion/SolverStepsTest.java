// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every step has to do, whatever it is made of. */
class SolverStepsTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion();
  private static final DpmSolver DETERMINISTIC = new DpmSolver(false, NoiseLevel.CLEAN);
  private static final DpmSolver STOCHASTIC = new DpmSolver(true, NoiseLevel.CLEAN);
  private static final int[][] PAIRS = {{999, 998}, {999, 0}, {600, 400}, {50, 49}, {1, 0}};

  private static StepWeights ddim(NoiseLevel from, NoiseLevel to, double eta) {
    return Ddim.step(from, to, Ddim.standardDeviation(from, to, eta));
  }

  private static void assertSame(StepWeights found, StepWeights expected) {
    assertThat(found.sample()).isCloseTo(expected.sample(), within(1e-12));
    assertThat(found.noise()).isCloseTo(expected.noise(), within(1e-12));
    assertThat(found.predictions()).hasSameSizeAs(expected.predictions());
    assertThat(found.predictions().get(0)).isCloseTo(expected.predictions().get(0), within(1e-12));
  }

  static Stream<SamplingPlan> plans() {
    Timesteps timesteps = Timesteps.linspace(1000, 30);
    NoiseLevel last = SCHEDULE.level(0);
    PredictionType type = PredictionType.SAMPLE;
    return Stream.of(
        SamplingPlan.ddpm(SCHEDULE, type),
        new Ddim(0, last).plan(SCHEDULE, type, timesteps.withoutLast(), 0),
        new Ddim(0.5, NoiseLevel.CLEAN).plan(SCHEDULE, type, timesteps, 4),
        new Ddim(1, NoiseLevel.CLEAN).plan(SCHEDULE, type, timesteps, 0),
        new DpmSolver(false, last).plan(SCHEDULE, type, timesteps.withoutLast(), 0),
        new DpmSolver(false, NoiseLevel.CLEAN).plan(SCHEDULE, type, timesteps, 9),
        new DpmSolver(true, last).plan(SCHEDULE, type, timesteps.withoutLast(), 0),
        new DpmSolver(true, NoiseLevel.CLEAN).plan(SCHEDULE, type, timesteps, 0));
  }

  /** With the clean sample as prediction, a step leads from {@code x_t} to {@code x_s}. */
  @ParameterizedTest
  @MethodSource("plans")
  void should_keep_mean_and_variance_on_their_schedule(SamplingPlan plan) {
    for (int i = 0; i < plan.calls(); i++) {
      SamplingPlan.Step step = plan.steps().get(i);
      boolean last = i + 1 == plan.calls();
      StepWeights weights = step.weights();
      NoiseLevel from = SCHEDULE.level(step.timestep());
      double gained = weights.predictions().stream().mapToDouble(Double::doubleValue).sum();
      double mean = weights.sample() * from.alpha() + gained;
      double variance = Math.pow(weights.sample() * from.sigma(), 2) + Math.pow(weights.noise(), 2);
      assertThat(mean * mean + variance).as("step %d", i).isCloseTo(1, within(1e-12));
      if (!last) {
        NoiseLevel to = SCHEDULE.level(plan.steps().get(i + 1).timestep());
        assertThat(mean).as("step %d", i).isCloseTo(to.alpha(), within(1e-12));
      } else {
        assertThat(mean).isGreaterThanOrEqualTo(SCHEDULE.alpha(0) - 1e-12);
      }
    }
  }

  @Test
  void should_be_ddim_at_first_order() {
    for (int[] pair : PAIRS) {
      NoiseLevel from = SCHEDULE.level(pair[0]);
      NoiseLevel to = SCHEDULE.level(pair[1]);
      assertSame(DETERMINISTIC.firstOrder(from, to), ddim(from, to, 0));
      assertSame(STOCHASTIC.firstOrder(from, to), ddim(from, to, 1));
    }
  }

  @Test
  void should_be_ddim_with_eta_1_step_by_step() {
    SamplingPlan ddpm = SamplingPlan.ddpm(SCHEDULE, PredictionType.SAMPLE);
    for (SamplingPlan.Step step : ddpm.steps()) {
      int t = step.timestep();
      assertSame(step.weights(), ddim(SCHEDULE.level(t), SCHEDULE.level(t - 1), 1));
      assertThat(step.drawsNoise()).isTrue();
    }
  }

  /** Noise added by the deterministic step in the other direction is the noise it took away. */
  @Test
  void should_be_undone_without_fresh_noise() {
    for (int[] pair : PAIRS) {
      NoiseLevel from = SCHEDULE.level(pair[0]);
      NoiseLevel to = SCHEDULE.level(pair[1]);
      StepWeights there = Ddim.step(from, to, 0);
      StepWeights back = Ddim.step(to, from, 0);
      double less = there.sample() * 1.7 + there.predictions().get(0) * 0.4;
      double more = back.sample() * less + back.predictions().get(0) * 0.4;
      assertThat(more).isCloseTo(1.7, within(1e-10));
    }
  }

  /** Where rounding would leave less than no variance for the direction of the noise. */
  @Test
  void should_replace_all_of_pure_noise() {
    NoiseLevel pureNoise = new NoiseLevel(0);
    for (int t = 0; t < 1000; t++) {
      NoiseLevel to = SCHEDULE.level(t);
      StepWeights weights = ddim(pureNoise, to, 1);
      assertThat(weights.sample()).isCloseTo(0, within(1e-7));
      assertThat(weights.noise()).isCloseTo(to.sigma(), within(1e-12));
    }
  }

  @Test
  void should_end_at_the_prediction() {
    NoiseLevel from = SCHEDULE.level(300);
    NoiseLevel before = SCHEDULE.level(400);
    StepWeights prediction = StepWeights.of(0, 0, 1);
    assertThat(DETERMINISTIC.firstOrder(from, NoiseLevel.CLEAN)).isEqualTo(prediction);
    assertThat(STOCHASTIC.firstOrder(from, NoiseLevel.CLEAN)).isEqualTo(prediction);
    assertThat(DETERMINISTIC.secondOrder(before, from, NoiseLevel.CLEAN)).isEqualTo(prediction);
    assertThat(ddim(from, NoiseLevel.CLEAN, 1)).isEqualTo(prediction);
  }

  @Test
  void should_add_noise_in_proportion() {
    NoiseLevel from = SCHEDULE.level(500);
    NoiseLevel to = SCHEDULE.level(300);
    double whole = Ddim.standardDeviation(from, to, 1);
    assertThat(whole).isPositive();
    assertThat(Ddim.standardDeviation(from, to, 0.25)).isEqualTo(whole / 4);
    assertThat(Ddim.standardDeviation(from, from, 1)).isZero();
    assertThat(ddim(from, to, 0.25).noise()).isEqualTo(whole / 4);
  }

  /**
   * If clean samples are normal with deviation s, the best prediction is known, and so is where the
   * deterministic way leads: x grows as {@code sqrt(alpha^2 s^2 + sigma^2)}.
   */
  private static double error(boolean secondOrder, int steps) {
    double s = 0.5;
    NoiseLevel end = SCHEDULE.level(199);
    HostSampling.Network best =
        (x, t) -> {
          NoiseLevel level = SCHEDULE.level(t);
          return level.alpha() * s * s * x / (level.alphaBar() * s * s + 1 - level.alphaBar());
        };
    int apart = 800 / steps;
    int[] falling = IntStream.range(0, steps).map(i -> 999 - i * apart).toArray();
    Timesteps timesteps = Timesteps.of(falling);
    PredictionType type = PredictionType.SAMPLE;
    SamplingPlan plan =
        secondOrder
            ? new DpmSolver(false, end).plan(SCHEDULE, type, timesteps, 0)
            : new Ddim(0, end).plan(SCHEDULE, type, timesteps, 0);
    double[] trace = HostSampling.trace(plan, 1, best, HostSampling::noNoise);
    double first = SCHEDULE.alphaBar(999);
    double exact =
        Math.sqrt((end.alphaBar() * s * s + 1 - end.alphaBar()) / (first * s * s + 1 - first));
    return Math.abs(trace[steps - 1] - exact);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 80})
  void should_have_the_order_of_its_name(int steps) {
    assertThat(error(false, steps) / error(false, 2 * steps)).isBetween(1.7, 2.3);
    assertThat(error(true, steps) / error(true, 2 * steps)).isBetween(3.2, 5.0);
    assertThat(error(true, steps)).isLessThan(error(false, steps) / 5);
  }
}
