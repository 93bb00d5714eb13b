// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.TensorAssert;

/**
 * Schedule, conversion, timesteps and steps against the samplers of diffusers 0.13.0 on toy models:
 * its tensors, whose making the file's metadata describe, and the numbers of the specification.
 */
class GoldenSolversTest {
  private static final Golden GOLDEN = Golden.open("/golden/generation.safetensors");
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion();
  private static final NoiseLevel LAST = SCHEDULE.level(0);
  private static final double TOLERANCE = 1e-5;

  /** Of chains whose betas are float32 in diffusers. */
  private static final Offset<Double> AGREEMENT = within(3e-6);

  private static SamplingPlan ddim(int steps, int start) {
    Timesteps leading = Timesteps.leading(1000, steps, 1);
    return new Ddim(0, LAST).plan(SCHEDULE, PredictionType.EPSILON, leading, start);
  }

  private static SamplingPlan dpmSolver(NoiseLevel end, int steps, int start) {
    Timesteps linspace = Timesteps.linspace(1000, steps + 1).withoutLast();
    return new DpmSolver(false, end).plan(SCHEDULE, PredictionType.EPSILON, linspace, start);
  }

  private static SamplingPlan uniPc(int steps, int start) {
    Timesteps linspace = Timesteps.linspace(1000, steps + 1).withoutLast();
    return new UniPc(LAST).plan(SCHEDULE, PredictionType.EPSILON, linspace, start);
  }

  private static double epsilon(double x, int t) {
    return 0.3 * x + 0.1 * Math.sin(t / 100.0);
  }

  private static double[] trace(SamplingPlan plan) {
    return HostSampling.trace(plan, 1, GoldenSolversTest::epsilon, HostSampling::noNoise);
  }

  @ParameterizedTest
  @CsvSource({
    "ddim, 20, 0",
    "ddim, 20, 3",
    "ddim, 7, 0",
    "dpmpp2m, 20, 0",
    "dpmpp2m, 20, 3",
    "dpmpp2m, 7, 0",
    "unipc, 20, 0",
    "unipc, 20, 3",
    "unipc, 7, 0"
  })
  void should_pass_through_the_samples_of_diffusers(String name, int steps, int start) {
    SamplingPlan plan =
        switch (name) {
          case "ddim" -> ddim(steps, start);
          case "dpmpp2m" -> dpmSolver(LAST, steps, start);
          default -> uniPc(steps, start);
        };
    float[] expected = GOLDEN.floats("scheduler." + name + ".n" + steps + ".start" + start);
    float[] x = ParityGenerator.input(GOLDEN.seedBase() + 300, 256, 1, 0);
    double[] found = new double[expected.length];
    for (int i = 0; i < x.length; i++) {
      double[] trace =
          HostSampling.trace(
              plan,
              x[i],
              (sample, t) -> epsilon(sample, t) + 0.05 * Math.sin(3 * sample),
              HostSampling::noNoise);
      for (int k = 0; k < trace.length; k++) {
        found[k * x.length + i] = trace[k];
      }
    }
    for (int k = 0; k < steps - start; k++) {
      TensorAssert.assertThat(Arrays.copyOfRange(found, k * 256, (k + 1) * 256))
          .isWithinRelativeL2(Arrays.copyOfRange(expected, k * 256, (k + 1) * 256), TOLERANCE);
    }
    assertThat(plan.calls()).isEqualTo(steps - start);
  }

  @Test
  void should_have_the_specified_numbers_of_ddim() {
    double[] trace = trace(ddim(20, 0));
    assertThat(Arrays.copyOf(trace, 3))
        .containsExactly(new double[] {1.219485801, 1.449147178, 1.688859868}, AGREEMENT);
    assertThat(Arrays.copyOfRange(trace, 18, 20))
        .containsExactly(new double[] {4.433019295, 4.418755333}, AGREEMENT);
  }

  @Test
  void should_have_the_specified_numbers_of_dpm_solver() {
    double[] trace = trace(dpmSolver(LAST, 20, 0));
    assertThat(Arrays.copyOf(trace, 3))
        .containsExactly(new double[] {1.254286069, 1.509446182, 1.775861434}, AGREEMENT);
    assertThat(trace[18]).isCloseTo(5.426759369, AGREEMENT);
    assertThat(trace[19]).isCloseTo(5.252498536, AGREEMENT);
    double[] clean = trace(dpmSolver(NoiseLevel.CLEAN, 20, 0));
    assertThat(Arrays.copyOf(clean, 19)).containsExactly(Arrays.copyOf(trace, 19));
    assertThat(clean[19]).isCloseTo(5.185054371, AGREEMENT);
  }

  /** The table of the specification, of the timesteps of 20 steps. */
  @ParameterizedTest
  @CsvSource({
    "0, 999, 0.0046600985, 0.0682649142, 0.9976672298, -2.68202385",
    "3, 849, 0.0235229525, 0.1533719417, 0.9881685319, -1.86298730",
    "10, 500, 0.2763326838, 0.5256735525, 0.8506863794, -0.48136313",
    "13, 350, 0.5064873008, 0.7116792120, 0.7025045901, 0.01297533",
    "19, 50, 0.9515769028, 0.9754880331, 0.2200524874, 1.48907180"
  })
  void should_have_the_specified_levels(
      int index, int t, double alphaBar, double alpha, double sigma, double lambda) {
    assertThat(Timesteps.linspace(1000, 21).get(index)).isEqualTo(t);
    assertThat(SCHEDULE.alphaBar(t)).isCloseTo(alphaBar, within(1e-10));
    assertThat(SCHEDULE.alpha(t)).isCloseTo(alpha, within(1e-10));
    assertThat(SCHEDULE.sigma(t)).isCloseTo(sigma, within(1e-10));
    assertThat(SCHEDULE.lambda(t)).isCloseTo(lambda, within(1e-8));
  }

  @Test
  void should_add_the_specified_noise() {
    assertThat(SCHEDULE.level(849).noised(0.5, 2)).isCloseTo(2.0530231, within(1e-7));
  }
}
