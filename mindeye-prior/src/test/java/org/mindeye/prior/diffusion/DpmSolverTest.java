// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The second-order plan against one loop over the formulas of the paper. */
class DpmSolverTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.of(BetaSchedule.COSINE, 100);

  /** Smooth, not linear, and different at every timestep. */
  private static double epsilon(double x, int t) {
    return 0.3 * x + 0.1 * Math.sin(t / 10.0) + 0.05 * Math.sin(3 * x);
  }

  private static DoubleSupplier draws() {
    AtomicInteger count = new AtomicInteger();
    return () -> Math.sin(7.0 * count.incrementAndGet());
  }

  private static double plain(boolean sde, boolean toZero, int[] times, int start) {
    DoubleSupplier noise = draws();
    int n = times.length;
    double x = 0.8;
    double earlier = 0;
    for (int i = start; i < n; i++) {
      double a = SCHEDULE.alphaBar(times[i]);
      double m = (x - Math.sqrt(1 - a) * epsilon(x, times[i])) / Math.sqrt(a);
      if (i == n - 1 && toZero) {
        return m;
      }
      double b = SCHEDULE.alphaBar(i == n - 1 ? 0 : times[i + 1]);
      double h = Math.log(b / (1 - b)) / 2 - Math.log(a / (1 - a)) / 2;
      double d = 0;
      if (i > start && !(i == n - 1 && n < 15)) {
        double c = SCHEDULE.alphaBar(times[i - 1]);
        double h0 = Math.log(a / (1 - a)) / 2 - Math.log(c / (1 - c)) / 2;
        d = (m - earlier) / (h0 / h);
      }
      double e = 1 - Math.exp(sde ? -2 * h : -h);
      x =
          Math.sqrt((1 - b) / (1 - a)) * (sde ? Math.exp(-h) : 1) * x
              + Math.sqrt(b) * e * (m + d / 2);
      x += sde ? Math.sqrt((1 - b) * (1 - Math.exp(-2 * h))) * noise.getAsDouble() : 0;
      earlier = m;
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0", "3, 0", "3, 1", "3, 2", "14, 0", "14, 12", "14, 13", "15, 0", "15, 13", "15, 14",
    "16, 5", "40, 0", "98, 7"
  })
  void should_equal_the_plain_loop(int steps, int start) {
    Timesteps times = Timesteps.linspace(100, steps + 1).withoutLast();
    for (boolean sde : new boolean[] {false, true}) {
      for (boolean toZero : new boolean[] {false, true}) {
        NoiseLevel end = toZero ? NoiseLevel.CLEAN : SCHEDULE.level(0);
        SamplingPlan plan =
            new DpmSolver(sde, end).plan(SCHEDULE, PredictionType.EPSILON, times, start);
        double[] trace = HostSampling.trace(plan, 0.8, DpmSolverTest::epsilon, draws());
        assertThat(trace[trace.length - 1])
            .as("stochastic %s, to zero %s", sde, toZero)
            .isCloseTo(plain(sde, toZero, times.toArray(), start), within(1e-9));
        assertThat(plan.draws()).isEqualTo(sde ? steps - start - (toZero ? 1 : 0) : 0);
      }
    }
  }

  @Test
  void should_go_through_pure_noise() {
    NoiseSchedule jsd = NoiseSchedule.of(BetaSchedule.JSD, 10);
    SamplingPlan plan =
        new DpmSolver(true, NoiseLevel.CLEAN)
            .plan(jsd, PredictionType.SAMPLE, Timesteps.of(9, 5, 2, 0), 0);
    // Nothing is kept of pure noise, and no change can be carried on from an infinite stretch.
    assertThat(plan.steps().get(0).weights().sample()).isZero();
    assertThat(plan.steps().get(1).weights().predictions()).hasSize(1);
    assertThat(plan.steps().get(2).weights().predictions()).hasSize(2);
    assertThat(plan.history()).isEqualTo(1);
  }

  @Test
  void should_refuse_what_is_not_there() {
    DpmSolver solver = new DpmSolver(false, NoiseLevel.CLEAN);
    Timesteps three = Timesteps.of(99, 40, 3);
    for (int start : new int[] {-1, 3}) {
      assertThatThrownBy(() -> solver.plan(SCHEDULE, PredictionType.SAMPLE, three, start))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("start: expected 0 to 2 of these timesteps but was " + start);
      assertThatThrownBy(
              () ->
                  new Ddim(0, NoiseLevel.CLEAN).plan(SCHEDULE, PredictionType.SAMPLE, three, start))
          .hasMessage("start: expected 0 to 2 of these timesteps but was " + start);
    }
    assertThatThrownBy(() -> solver.plan(SCHEDULE, PredictionType.SAMPLE, Timesteps.of(100, 3), 0))
        .hasMessage("timestep: expected a number from -1 to 99 but was 100");
    assertThatThrownBy(() -> new Ddim(1.1, NoiseLevel.CLEAN))
        .hasMessage("eta: expected a number in [0, 1] but was 1.1");
    NoiseLevel level = SCHEDULE.level(5);
    assertThatThrownBy(() -> solver.secondOrder(level, level, SCHEDULE.level(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("step: expected finite weights but was sample ")
        .hasMessageEndingWith("no step leads between these noise levels");
  }
}
