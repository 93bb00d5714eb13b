// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.Denoiser;
import org.mindeye.prior.Sampling;
import org.mindeye.prior.diffusion.Ddim;
import org.mindeye.prior.diffusion.DpmSolver;
import org.mindeye.prior.diffusion.NoiseLevel;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.Timesteps;
import org.mindeye.prior.diffusion.UniPc;
import org.mindeye.reconstruction.LatentScheduler.End;
import org.mindeye.reconstruction.LatentScheduler.Method;
import org.mindeye.reconstruction.LatentScheduler.Spacing;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

/** What every solver has to do, from any timesteps to any end, carried out on tensors. */
class LatentSchedulerTest {
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion();
  private static final NoiseLevel LAST = SCHEDULE.level(0);
  private static final Shape LATENTS = new Shape(2, 4, 3, 5);
  private static final PredictionType EPSILON = PredictionType.EPSILON;

  @FreshManager private NDManager manager;

  static List<LatentScheduler> all() {
    List<LatentScheduler> all = new ArrayList<>();
    for (Method method : Method.values()) {
      for (Spacing spacing : Spacing.values()) {
        for (End end : End.values()) {
          all.add(new LatentScheduler(method, spacing, end));
        }
      }
    }
    return all;
  }

  /** DDIM on a line to timestep 0 has at least its two ends. */
  private static IntStream numbersOfSteps(LatentScheduler scheduler) {
    boolean line = scheduler.method() == Method.DDIM && scheduler.spacing() == Spacing.LINSPACE;
    return IntStream.of(1, 2, 3, 7, 20).filter(steps -> steps > 1 || !line);
  }

  private NDArray draw(long seed) {
    return NoiseSource.seeded(seed).normal(manager, LATENTS);
  }

  private static NDArray sum(NDArray x, double a, NDArray y, double b) {
    return x.mul(Torch.scalar(x, a)).add(y.mul(Torch.scalar(x, b)));
  }

  private static void run(SamplingPlan plan, NDArray x, Denoiser network) {
    Sampling.run(
        plan,
        x,
        (noisy, timestep) -> {
          try (CallScope scope = CallScope.open(noisy.getDevice())) {
            return scope.keep(network.predict(noisy, timestep), noisy.getManager());
          }
        },
        NoiseSource.replayed(List.of()));
  }

  /** Noise and image are mixed as scheduled all the way, wherever it begins. */
  @ParameterizedTest
  @MethodSource("all")
  void should_stay_on_the_line_between_an_image_and_its_noise(LatentScheduler scheduler) {
    NDArray image = draw(1);
    NDArray noise = draw(2);
    numbersOfSteps(scheduler)
        .forEach(
            steps ->
                IntStream.of(0, 1, steps / 2, steps - 1)
                    .distinct()
                    .filter(start -> start < steps)
                    .forEach(
                        start -> {
                          SamplingPlan plan = scheduler.plan(SCHEDULE, EPSILON, steps, start);
                          int first = plan.steps().get(0).timestep();
                          NDArray x = image.duplicate();
                          Sampling.addNoise(x, noise, SCHEDULE.level(first));
                          List<Integer> called = new ArrayList<>();
                          run(
                              plan,
                              x,
                              (noisy, t) -> {
                                called.add(t);
                                assertMixed(noisy, image, noise, SCHEDULE.level(t));
                                return noise.duplicate();
                              });
                          assertMixed(
                              x,
                              image,
                              noise,
                              scheduler.end() == End.CLEAN ? NoiseLevel.CLEAN : LAST);
                          assertThat(called).hasSize(steps - start).doesNotHaveDuplicates();
                          assertThat(called).isSortedAccordingTo((a, b) -> b - a);
                        }));
  }

  private static void assertMixed(NDArray found, NDArray image, NDArray noise, NoiseLevel level) {
    TensorAssert.assertThat(found)
        .isWithinAbsolute(sum(image, level.alpha(), noise, level.sigma()).toFloatArray(), 3e-5);
  }

  private static NDArray toyModel(NDArray x, int timestep) {
    NDArray waves = x.mul(Torch.scalar(x, 3)).sin();
    return sum(x, 0.3, waves, 0.05).add(0.1 * Math.sin(timestep / 100.0));
  }

  /** Neither what a network predicts nor the company in its batch changes a sample. */
  @ParameterizedTest
  @MethodSource("all")
  void should_depend_on_the_network_alone(LatentScheduler scheduler) {
    numbersOfSteps(scheduler)
        .forEach(
            steps -> {
              SamplingPlan plan = scheduler.plan(SCHEDULE, EPSILON, steps, 0);
              NDArray expected = draw(3);
              run(plan, expected, LatentSchedulerTest::toyModel);
              NDArray again = draw(3);
              run(plan, again, LatentSchedulerTest::toyModel);
              assertThat(again.toFloatArray()).isEqualTo(expected.toFloatArray());
              NDArray alone = draw(3).get("1:2").duplicate();
              run(plan, alone, LatentSchedulerTest::toyModel);
              TensorAssert.assertThat(alone)
                  .isWithinRelativeL2(expected.get("1:2").toFloatArray(), 1e-6);
              for (PredictionType type : PredictionType.values()) {
                NDArray x = draw(3);
                run(
                    scheduler.plan(SCHEDULE, type, steps, 0),
                    x,
                    (noisy, t) -> {
                      PredictionType.Conversion c = EPSILON.to(type, SCHEDULE.level(t));
                      return sum(noisy, c.noisy(), toyModel(noisy, t), c.predicted());
                    });
                TensorAssert.assertThat(x).isWithinRelativeL2(expected.toFloatArray(), 2e-5);
              }
            });
  }

  /** With many steps, whose first timesteps hardly differ, all come to the same sample. */
  @ParameterizedTest
  @EnumSource(End.class)
  void should_agree_with_many_steps(End end) {
    NDArray expected = draw(4);
    SamplingPlan finest = LatentScheduler.paper().withEnd(end).plan(SCHEDULE, EPSILON, 999, 0);
    run(finest, expected, LatentSchedulerTest::toyModel);
    for (LatentScheduler scheduler : all()) {
      if (scheduler.end() == end) {
        NDArray x = draw(4);
        run(scheduler.plan(SCHEDULE, EPSILON, 499, 0), x, LatentSchedulerTest::toyModel);
        double tolerance =
            scheduler.method() == Method.DDIM ? 2e-2 : 2e-4; // first and second order
        TensorAssert.assertThat(x).isWithinRelativeL2(expected.toFloatArray(), tolerance);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 20, 999})
  void should_be_the_published_solvers(int steps) {
    Timesteps line = Timesteps.linspace(1000, steps + 1).withoutLast();
    assertThat(LatentScheduler.paper()).isEqualTo(LatentScheduler.published(Method.UNIPC));
    assertThat(LatentScheduler.paper().plan(SCHEDULE, EPSILON, steps, 0))
        .isEqualTo(new UniPc(LAST).plan(SCHEDULE, EPSILON, line, 0));
    assertThat(LatentScheduler.published(Method.DPM_SOLVER).plan(SCHEDULE, EPSILON, steps, 0))
        .isEqualTo(new DpmSolver(false, LAST).plan(SCHEDULE, EPSILON, line, 0));
    assertThat(LatentScheduler.published(Method.DDIM).plan(SCHEDULE, EPSILON, steps, 0))
        .isEqualTo(new Ddim(0, LAST).plan(SCHEDULE, EPSILON, Timesteps.leading(1000, steps, 1), 0));
  }

  /** As diffusers spaces seven steps. */
  @Test
  void should_take_the_timesteps_of_each_spacing() {
    LatentScheduler uniPc = LatentScheduler.paper();
    LatentScheduler ddim = LatentScheduler.published(Method.DDIM);
    assertThat(timesteps(uniPc)).containsExactly(999, 856, 714, 571, 428, 285, 143);
    assertThat(timesteps(uniPc.withSpacing(Spacing.LEADING)))
        .containsExactly(876, 751, 626, 501, 376, 251, 126);
    assertThat(timesteps(uniPc.withSpacing(Spacing.TRAILING)))
        .containsExactly(999, 856, 713, 570, 428, 285, 142);
    assertThat(timesteps(ddim)).containsExactly(853, 711, 569, 427, 285, 143, 1);
    assertThat(timesteps(ddim.withSpacing(Spacing.LINSPACE)))
        .containsExactly(999, 832, 666, 500, 333, 166, 0);
    assertThat(timesteps(ddim.withSpacing(Spacing.TRAILING)))
        .isEqualTo(timesteps(uniPc.withSpacing(Spacing.TRAILING)));
  }

  private static List<Integer> timesteps(LatentScheduler scheduler) {
    return scheduler.plan(SCHEDULE, EPSILON, 7, 0).steps().stream()
        .map(SamplingPlan.Step::timestep)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void should_refuse_impossible_steps(Method method) {
    LatentScheduler scheduler = LatentScheduler.published(method);
    int most = method == Method.DDIM ? 1000 : 999;
    for (int steps : new int[] {0, most + 1}) {
      assertThatThrownBy(() -> scheduler.plan(SCHEDULE, EPSILON, steps, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "steps: expected 1 to "
                  + most
                  + " for "
                  + method
                  + " with this schedule but was "
                  + steps);
    }
    assertThatThrownBy(() -> scheduler.plan(SCHEDULE, EPSILON, 5, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("start: expected 0 to 4 of these timesteps but was 5");
  }

  @Test
  void should_name_what_is_missing() {
    assertThatThrownBy(() -> LatentScheduler.published(null)).hasMessage("method");
    assertThatThrownBy(() -> LatentScheduler.paper().withSpacing(null)).hasMessage("spacing");
    assertThatThrownBy(() -> LatentScheduler.paper().withEnd(null)).hasMessage("end");
  }

  @Test
  void should_leave_nothing_behind() {
    SamplingPlan plan = LatentScheduler.paper().plan(SCHEDULE, EPSILON, 3, 0);
    NDArray x = draw(5);
    LeakCheck.assertNoLeak(() -> run(plan, x, LatentSchedulerTest::toyModel));
  }
}
