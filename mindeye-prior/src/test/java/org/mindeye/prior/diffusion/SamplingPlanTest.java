// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SamplingPlanTest {
  private static final PredictionType.Conversion IDENTITY = PredictionType.Conversion.IDENTITY;

  private static SamplingPlan.Step step(StepWeights weights) {
    return new SamplingPlan.Step(3, IDENTITY, weights, true);
  }

  @Test
  void should_count_calls_draws_and_predictions() {
    NoiseSchedule schedule = NoiseSchedule.of(BetaSchedule.COSINE, 10);
    SamplingPlan ddpm = SamplingPlan.ddpm(schedule, PredictionType.EPSILON);
    assertThat(ddpm.calls()).isEqualTo(10);
    assertThat(ddpm.draws()).isEqualTo(10);
    assertThat(ddpm.history()).isZero();
    assertThat(ddpm.steps().get(0).timestep()).isEqualTo(9);
    assertThat(ddpm.steps().get(2).toSample())
        .isEqualTo(PredictionType.EPSILON.to(PredictionType.SAMPLE, schedule.level(7)));
    SamplingPlan ddim =
        new Ddim(1, NoiseLevel.CLEAN)
            .plan(schedule, PredictionType.SAMPLE, Timesteps.of(9, 4, 0), 1);
    assertThat(ddim.calls()).isEqualTo(2);
    assertThat(ddim.draws()).isEqualTo(1); // the step to the end has none
    assertThat(ddim.steps().get(0).toSample()).isEqualTo(IDENTITY);
  }

  @Test
  void should_refuse_plans_that_cannot_be_carried_out() {
    StepWeights two = StepWeights.of(1, 0, 2, 3);
    assertThatThrownBy(() -> new SamplingPlan(List.of()))
        .hasMessage("steps: expected at least one but was none");
    assertThatThrownBy(() -> new SamplingPlan(List.of(step(two))))
        .hasMessage("steps: step 0 has weights for 2 predictions but knows 1");
    assertThat(new SamplingPlan(List.of(step(StepWeights.of(1, 0, 1)), step(two))).history())
        .isEqualTo(1);
    StepWeights one = StepWeights.of(1, 0, 1);
    SamplingPlan.Step correcting = step(one).withCorrector(two);
    assertThatThrownBy(() -> new SamplingPlan(List.of(correcting)))
        .hasMessage("steps: step 0 has a corrector, but there is no step before it to correct");
    assertThat(new SamplingPlan(List.of(step(one), correcting)).history()).isEqualTo(1);
    SamplingPlan.Step knowing = step(one).withCorrector(StepWeights.of(1, 0, 1, 2, 3));
    assertThatThrownBy(() -> new SamplingPlan(List.of(step(one), knowing)))
        .hasMessage("steps: step 1 has weights for 3 predictions but knows 2");
    assertThatThrownBy(() -> step(one).withCorrector(StepWeights.of(1, 0.5, 1)))
        .hasMessage("corrector: expected no noise but its weight was 0.5");
    assertThatThrownBy(() -> new SamplingPlan.Step(3, IDENTITY, StepWeights.of(1, 0.5, 1), false))
        .hasMessage("drawsNoise: expected true, since noise has the weight 0.5");
    assertThatThrownBy(() -> new StepWeights(1, List.of(), 0))
        .hasMessage("predictions: expected at least one weight but was none");
    assertThatThrownBy(() -> StepWeights.of(Double.POSITIVE_INFINITY, 0, 1))
        .hasMessageStartingWith("step: expected finite weights but was sample Infinity");
    assertThatThrownBy(() -> StepWeights.of(1, Double.NaN, 1))
        .hasMessage(
            "step: expected finite weights but was sample 1.0, predictions [1.0], noise NaN; no"
                + " step leads between these noise levels");
  }

  @Test
  void should_name_what_is_missing() {
    StepWeights weights = StepWeights.of(1, 0, 1);
    assertMissing("end", () -> new Ddim(0, null));
    assertMissing("end", () -> new DpmSolver(false, null));
    assertMissing("kind", () -> NoiseSchedule.of(null, 10));
    assertMissing("toSample", () -> new SamplingPlan.Step(3, null, weights, true));
    assertMissing("corrector", () -> new SamplingPlan.Step(3, IDENTITY, null, weights, true));
    assertMissing("weights", () -> new SamplingPlan.Step(3, IDENTITY, null, true));
  }

  private static void assertMissing(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  @Test
  void should_refuse_levels_that_are_none() {
    assertThat(NoiseLevel.CLEAN.sigma()).isZero();
    assertThat(NoiseLevel.CLEAN.lambda()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(new NoiseLevel(0).lambda()).isEqualTo(Double.NEGATIVE_INFINITY);
    for (double alphaBar : new double[] {-1e-9, 1.0001, Double.NaN}) {
      assertThatThrownBy(() -> new NoiseLevel(alphaBar))
          .hasMessage("alphaBar: expected a number in [0, 1] but was " + alphaBar);
    }
  }
}
