// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UniPC's plan against the specification's numbers and one loop over the paper's formulas. */
class UniPcTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion();
  private static final NoiseLevel LAST = SCHEDULE.level(0);

  /** Timestep, the noisy sample, predicted noise, clean sample, corrected one, order, the next. */
  private static final double[][] TWENTY_FROM_3 = {
    {849, 1.000000000, 0.380446721, 4.068896277, 1.000000000, 1, 1.158031867},
    {799, 1.158031867, 0.446485936, 3.732904390, 1.151217010, 2, 1.307810873},
    {749, 1.307810873, 0.485791940, 3.513127465, 1.309471010, 2, 1.474176660},
    {699, 1.474176660, 0.507194483, 3.428555635, 1.476829176, 2, 1.653732546},
    {649, 1.653732546, 0.516654116, 3.403243007, 1.655084567, 2, 1.842268532},
    {599, 1.842268532, 0.523780253, 3.388286802, 1.842507893, 2, 2.035180171},
    {549, 2.035180171, 0.539294888, 3.358000680, 2.034647265, 2, 2.222320596},
    {500, 2.222320596, 0.570803751, 3.303848199, 2.221401634, 2, 2.404259383},
    {450, 2.404259383, 0.623524803, 3.225937819, 2.403267460, 2, 2.570066686},
    {400, 2.570066686, 0.695339756, 3.135054783, 2.569382728, 2, 2.714035074},
    {350, 2.714035074, 0.779132199, 3.044477190, 2.713947473, 2, 2.832400930},
    {300, 2.832400930, 0.863832280, 2.966548459, 2.833033145, 2, 2.923467835},
    {250, 2.923467835, 0.936887565, 2.909633036, 2.924775409, 2, 2.987298349},
    {200, 2.987298349, 0.987119248, 2.876673549, 2.989088173, 2, 3.024939256},
    {150, 3.024939256, 1.007231275, 2.865315126, 3.026905722, 2, 3.037015523},
    {100, 3.037015523, 0.995251755, 2.869320541, 3.038761690, 2, 3.020181585},
    {50, 3.020181585, 0.953997029, 2.880867905, 3.021064973, 1, 2.907573869},
  };

  private static final double[][] FIVE = {
    {999, 1.000000000, 0.246439667, 11.047186233, 1.000000000, 1, 2.372373991},
    {799, 2.372373991, 0.810788573, 8.175912646, 2.191885585, 2, 3.618980834},
    {599, 3.618980834, 1.056793943, 6.592553708, 3.653285229, 2, 4.915289535},
    {400, 4.915289535, 1.398906611, 5.915425343, 4.990247402, 2, 5.720043746},
    {200, 5.720043746, 1.806942866, 5.555772679, 5.776500545, 1, 5.609408508},
  };

  private static SamplingPlan plan(NoiseLevel end, int steps, int start) {
    Timesteps timesteps = Timesteps.linspace(1000, steps + 1).withoutLast();
    return new UniPc(end).plan(SCHEDULE, PredictionType.EPSILON, timesteps, start);
  }

  private static double toy(double x, int t) {
    return 0.3 * x + 0.1 * Math.sin(t / 100.0);
  }

  private static void assertTable(SamplingPlan plan, double[][] expected) {
    List<HostSampling.Row> rows =
        HostSampling.table(plan, 1, UniPcTest::toy, HostSampling::noNoise);
    assertThat(rows).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      HostSampling.Row row = rows.get(i);
      SamplingPlan.Step step = plan.steps().get(i);
      double[] found = {
        step.timestep(),
        row.noisy(),
        row.predicted(),
        row.clean(),
        row.corrected(),
        step.weights().predictions().size(),
        row.next()
      };
      assertThat(found).as("step %d", i).containsExactly(expected[i], within(1e-9));
    }
  }

  @Test
  void should_have_the_specified_tables() {
    assertTable(plan(LAST, 20, 3), TWENTY_FROM_3);
    assertTable(plan(LAST, 5, 0), FIVE);
  }

  /** Last values for the end at timestep 0 and the clean one; all other steps are the same. */
  @ParameterizedTest
  @CsvSource({
    "20, 3, 2.907573869, 2.880867905",
    "5, 0, 5.609408508, 5.555772679",
    "20, 0, 5.206835991, 5.160210533"
  })
  void should_end_as_each_version_does(int steps, int start, double published, double clean) {
    double[] first =
        HostSampling.trace(plan(LAST, steps, start), 1, UniPcTest::toy, HostSampling::noNoise);
    double[] second =
        HostSampling.trace(
            plan(NoiseLevel.CLEAN, steps, start), 1, UniPcTest::toy, HostSampling::noNoise);
    int last = steps - start - 1;
    assertThat(first[last]).isCloseTo(published, within(1e-9));
    assertThat(second[last]).isCloseTo(clean, within(1e-9));
    first[last] = second[last];
    assertThat(second).containsExactly(first);
  }

  /** Smooth, not linear, and different at every timestep. */
  private static double epsilon(double x, int t) {
    return 0.3 * x + 0.1 * Math.sin(t / 100.0) + 0.05 * Math.sin(3 * x);
  }

  private static double plain(boolean toZero, int[] times, int start) {
    int n = times.length;
    double[] m = new double[n];
    double x = 0.8;
    double left = 0;
    for (int i = start; i < n; i++) {
      double a = Math.sqrt(SCHEDULE.alphaBar(times[i]));
      double s = Math.sqrt(1 - SCHEDULE.alphaBar(times[i]));
      m[i] = (x - s * epsilon(x, times[i])) / a;
      if (i > start) {
        double h = lambda(times[i]) - lambda(times[i - 1]);
        double e = Math.exp(-h) - 1;
        double b1 = ((Math.exp(-h) - 1) / -h - 1) / e;
        double b2 = 2 * (((Math.exp(-h) - 1) / -h - 1) / -h - 0.5) / e;
        left = s / Math.sqrt(1 - SCHEDULE.alphaBar(times[i - 1])) * left - a * e * m[i - 1];
        if (i == start + 1) {
          left -= a * e * 0.5 * (m[i] - m[i - 1]);
        } else {
          double r = (lambda(times[i - 2]) - lambda(times[i - 1])) / h;
          double rho = (b1 - b2) / (1 - r);
          left -= a * e * (rho * (m[i - 2] - m[i - 1]) / r + (b1 - rho) * (m[i] - m[i - 1]));
        }
      } else {
        left = x;
      }
      if (i == n - 1 && toZero) {
        return m[i];
      }
      int next = i == n - 1 ? 0 : times[i + 1];
      double h = lambda(next) - lambda(times[i]);
      double a1 = Math.sqrt(SCHEDULE.alphaBar(next));
      x = Math.sqrt(1 - SCHEDULE.alphaBar(next)) / s * left - a1 * (Math.exp(-h) - 1) * m[i];
      if (Math.min(Math.min(2, n - i), i - start + 1) == 2) {
        double r = (lambda(times[i - 1]) - lambda(times[i])) / h;
        x -= a1 * (Math.exp(-h) - 1) * 0.5 * (m[i - 1] - m[i]) / r;
      }
    }
    return x;
  }

  private static double lambda(int t) {
    return Math.log(SCHEDULE.alphaBar(t) / (1 - SCHEDULE.alphaBar(t))) / 2;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 50, 999})
  void should_equal_the_plain_loop(int steps) {
    Timesteps times = Timesteps.linspace(1000, steps + 1).withoutLast();
    IntStream.of(0, 1, 2, steps / 3, steps - 2, steps - 1)
        .filter(start -> start >= 0 && start < steps)
        .forEach(
            start -> {
              for (boolean toZero : new boolean[] {false, true}) {
                SamplingPlan plan = plan(toZero ? NoiseLevel.CLEAN : LAST, steps, start);
                double[] trace =
                    HostSampling.trace(plan, 0.8, UniPcTest::epsilon, HostSampling::noNoise);
                assertThat(trace).hasSize(steps - start);
                assertThat(trace[trace.length - 1])
                    .as("from %d, to zero %s", start, toZero)
                    .isCloseTo(plain(toZero, times.toArray(), start), within(1e-8));
              }
            });
  }

  /** The clean sample can be predicted from nothing, which is infinitely far in lambda. */
  @Test
  void should_go_through_pure_noise() {
    NoiseSchedule jsd = NoiseSchedule.of(BetaSchedule.JSD, 10);
    SamplingPlan plan =
        new UniPc(NoiseLevel.CLEAN)
            .plan(jsd, PredictionType.SAMPLE, Timesteps.of(9, 7, 5, 2, 0), 0);
    List<HostSampling.Row> rows =
        HostSampling.table(plan, 0.8, (x, t) -> 0.5, HostSampling::noNoise);
    for (int i = 0; i < 5; i++) {
      double expected = jsd.level(plan.steps().get(i).timestep()).noised(0.5, 0.8);
      assertThat(rows.get(i).noisy()).as("step %d", i).isCloseTo(expected, within(1e-12));
    }
    assertThat(rows.get(4).next()).isEqualTo(0.5);
  }

  @Test
  void should_keep_no_more_than_it_needs() {
    assertThat(plan(LAST, 20, 0).history()).isEqualTo(2);
    assertThat(plan(LAST, 20, 17).history()).isEqualTo(2);
    assertThat(plan(LAST, 20, 18).history()).isEqualTo(1);
    assertThat(plan(LAST, 20, 18).corrects()).isTrue();
    assertThat(plan(NoiseLevel.CLEAN, 20, 18).corrects()).isFalse();
    assertThat(plan(NoiseLevel.CLEAN, 20, 18).history()).isZero();
    assertThat(plan(LAST, 20, 19).history()).isZero();
    assertThat(plan(LAST, 20, 0).draws()).isZero();
  }

  @Test
  void should_refuse_what_is_not_there() {
    assertThatThrownBy(() -> new UniPc(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("end");
    for (int start : new int[] {-1, 5}) {
      assertThatThrownBy(() -> plan(LAST, 5, start))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("start: expected 0 to 4 of these timesteps but was " + start);
    }
  }
}
