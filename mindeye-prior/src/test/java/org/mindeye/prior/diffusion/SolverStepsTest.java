// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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
  private static final double SPREAD = 0.5;
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
        new DpmSolver(true, NoiseLevel.CLEAN).plan(SCHEDULE, type, timesteps, 0),
        new UniPc(last).plan(SCHEDULE, type, timesteps.withoutLast(), 0),
        new UniPc(NoiseLevel.CLEAN).plan(SCHEDULE, type, timesteps, 9));
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
      double mean = weights.sample() * from.alpha() + gained(weights);
      double variance = Math.pow(weights.sample() * from.sigma(), 2) + Math.pow(weights.noise(), 2);
      assertThat(mean * mean + variance).as("step %d", i).isCloseTo(1, within(1e-12));
      if (!last) {
        NoiseLevel to = SCHEDULE.level(plan.steps().get(i + 1).timestep());
        assertThat(mean).as("step %d", i).isCloseTo(to.alpha(), within(1e-12));
      } else {
        assertThat(mean).isGreaterThanOrEqualTo(SCHEDULE.alpha(0) - 1e-12);
      }
      if (step.corrector().isPresent()) {
        StepWeights corrector = step.corrector().get();
        NoiseLevel before = SCHEDULE.level(plan.steps().get(i - 1).timestep());
        assertThat(corrector.sample() * before.alpha() + gained(corrector))
            .as("corrector of step %d", i)
            .isCloseTo(from.alpha(), within(1e-12));
        assertThat(corrector.sample() * before.sigma()).isCloseTo(from.sigma(), within(1e-12));
      }
    }
  }

  private static double gained(StepWeights weights) {
    return weights.predictions().stream().mapToDouble(Double::doubleValue).sum();
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

  /** How a plan for the clean sample is made from an end and timesteps. */
  @FunctionalInterface
  private interface Planner {
    SamplingPlan plan(NoiseLevel end, Timesteps timesteps);
  }

  /**
   * If clean samples are normal with deviation s, the best prediction is known, and so is where the
   * deterministic way leads: x grows as {@code sqrt(alpha^2 s^2 + sigma^2)}. The largest errors of
   * the steps' results, and of the corrected samples they left from.
   */
  private static double[] errors(Planner planner, int steps) {
    HostSampling.Network best =
        (x, t) -> SCHEDULE.alpha(t) * Math.pow(SPREAD, 2) * x / Math.pow(spread(t), 2);
    int apart = 800 / steps;
    int[] falling = IntStream.range(0, steps).map(i -> 999 - i * apart).toArray();
    SamplingPlan plan = planner.plan(SCHEDULE.level(199), Timesteps.of(falling));
    List<HostSampling.Row> rows = HostSampling.table(plan, 1, best, HostSampling::noNoise);
    double[] largest = new double[2];
    for (int i = 0; i < steps; i++) {
      double corrected = spread(falling[i]) / spread(999);
      double next = spread(falling[i] - apart) / spread(999);
      largest[0] = Math.max(largest[0], Math.abs(rows.get(i).next() - next));
      largest[1] = Math.max(largest[1], Math.abs(rows.get(i).corrected() - corrected));
    }
    return largest;
  }

  private static double spread(int t) {
    NoiseLevel level = SCHEDULE.level(t);
    return Math.sqrt(level.alphaBar() * SPREAD * SPREAD + 1 - level.alphaBar());
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 80})
  void should_have_the_order_of_its_name(int steps) {
    PredictionType type = PredictionType.SAMPLE;
    Planner ddim = (end, times) -> new Ddim(0, end).plan(SCHEDULE, type, times, 0);
    Planner dpm = (end, times) -> new DpmSolver(false, end).plan(SCHEDULE, type, times, 0);
    Planner uniPc = (end, times) -> new UniPc(end).plan(SCHEDULE, type, times, 0);
    assertThat(fall(ddim, steps)[0]).isBetween(1.7, 2.3);
    assertThat(fall(dpm, steps)[0]).isBetween(3.2, 5.0);
    assertThat(fall(uniPc, steps)[0]).isBetween(3.2, 5.0);
    assertThat(fall(uniPc, steps)[1]).isBetween(6.4, 9.0); // the corrector is of one order more
    assertThat(errors(dpm, steps)[0]).isLessThan(errors(ddim, steps)[0] / 5);
    assertThat(errors(uniPc, steps)[1]).isLessThan(errors(dpm, steps)[1] / 20);
  }

  /** How much smaller the errors are with twice as many steps. */
  private static double[] fall(Planner planner, int steps) {
    double[] few = errors(planner, steps);
    double[] many = errors(planner, 2 * steps);
    return new double[] {few[0] / many[0], few[1] / many[1]};
  }
}
