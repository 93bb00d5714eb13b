// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class SamplersTest {
  private static final Shape SHAPE = new Shape(2, 3, 5);
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.of(BetaSchedule.COSINE, 100);

  @FreshManager private NDManager manager;

  static Stream<PriorSampler> samplers() {
    return Stream.of(
        new DdpmSampler(),
        new DdimSampler(10, 1, DdimSampler.Variant.AS_PUBLISHED),
        new DdimSampler(10, 0.5, DdimSampler.Variant.CORRECTED),
        new DdimSampler(99, 0, DdimSampler.Variant.CORRECTED),
        new MultistepSampler(2),
        new MultistepSampler(20),
        new MultistepSampler(100));
  }

  private NDArray clean() {
    return NoiseSource.seeded(3).normal(manager, SHAPE);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void should_end_at_what_an_oracle_predicts(PriorSampler sampler) {
    NDArray clean = clean();
    List<Integer> called = new ArrayList<>();
    Denoiser oracle =
        (noisy, timestep) -> {
          called.add(timestep);
          return clean.duplicate();
        };
    for (BetaSchedule kind : BetaSchedule.values()) {
      NoiseSchedule schedule = NoiseSchedule.of(kind, 100);
      called.clear();
      NDArray sampled = sampler.sample(oracle, schedule, SHAPE, NoiseSource.seeded(4), manager);
      TensorAssert.assertThat(sampled).isWithinAbsolute(clean.toFloatArray(), 1e-6);
      assertThat(sampled.getManager()).isSameAs(manager);
      assertThat(called).hasSize(sampler.calls(schedule));
      assertThat(called).isSortedAccordingTo((a, b) -> b - a).doesNotHaveDuplicates();
    }
  }

  @Test
  void should_pass_through_the_posterior_means() {
    NDArray clean = clean();
    float[] expected = NoiseSource.seeded(4).normal(manager, SHAPE).toFloatArray();
    float[] target = clean.toFloatArray();
    List<float[]> draws = new ArrayList<>(List.of(expected.clone()));
    for (int t = 0; t < 100; t++) {
      draws.add(new float[expected.length]); // no noise on the way
    }
    Denoiser oracle =
        (noisy, t) -> {
          TensorAssert.assertThat(noisy).isWithinAbsolute(expected, 1e-5);
          for (int i = 0; i < expected.length; i++) {
            expected[i] =
                (float)
                    (SCHEDULE.posteriorMeanCoef1(t) * target[i]
                        + SCHEDULE.posteriorMeanCoef2(t) * expected[i]);
          }
          return clean.duplicate();
        };
    new DdpmSampler().sample(oracle, SCHEDULE, SHAPE, NoiseSource.replayed(draws), manager);
  }

  static Stream<PriorSampler> precise() {
    return samplers().filter(sampler -> sampler.calls(SCHEDULE) >= 20);
  }

  /** If clean embeddings are standard normal, so is everything on the way. */
  @ParameterizedTest
  @MethodSource("precise")
  void should_keep_the_variance_of_a_known_distribution(PriorSampler sampler) {
    Denoiser posterior = (noisy, t) -> noisy.mul(Torch.scalar(noisy, SCHEDULE.alpha(t)));
    float[] values =
        sampler
            .sample(posterior, SCHEDULE, new Shape(100, 10, 10), NoiseSource.seeded(8), manager)
            .toFloatArray();
    double variance = 0;
    for (float value : values) {
      variance += (double) value * value / values.length;
    }
    assertThat(variance).isBetween(0.93, 1.07);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void should_use_the_same_memory_in_every_step(PriorSampler sampler) {
    List<LeakCheck.Census> seen = new ArrayList<>();
    NDArray clean = clean();
    Denoiser counting =
        (noisy, timestep) -> {
          seen.add(LeakCheck.census());
          return clean.duplicate();
        };
    sampler.sample(counting, SCHEDULE, SHAPE, NoiseSource.seeded(4), manager).close();
    if (seen.size() > 2) {
      assertThat(seen.subList(1, seen.size())).containsOnly(seen.get(1));
    }
    LeakCheck.assertNoLeak(
        () ->
            sampler
                .sample(
                    (noisy, t) -> clean.duplicate(),
                    SCHEDULE,
                    SHAPE,
                    NoiseSource.seeded(4),
                    manager)
                .close());
  }

  @Test
  void should_visit_the_published_timesteps() {
    DdimSampler.Variant published = DdimSampler.Variant.AS_PUBLISHED;
    assertThat(new DdimSampler(64, 1, published).times(1000))
        .startsWith(984, 968, 953)
        .endsWith(30, 14, -1)
        .hasSize(64);
    assertThat(new DdimSampler(50, 1, published).times(100))
        .startsWith(97, 95)
        .endsWith(3, 1, -1)
        .hasSize(50);
    assertThat(new DdimSampler(10, 1, published).times(100))
        .containsExactly(89, 79, 69, 59, 49, 39, 29, 19, 9, -1);
    // Where float32 decides: torch counts the nearer half of the points from each end.
    assertThat(new DdimSampler(42, 1, published).times(1000)).contains(142).doesNotContain(141);
    assertThat(new DdimSampler(99, 1, published).times(1000))
        .contains(453, 818)
        .doesNotContain(454, 817);
    int[] corrected = new DdimSampler(10, 1, DdimSampler.Variant.CORRECTED).times(100);
    assertThat(corrected).startsWith(99).endsWith(9, -1).hasSize(11);
  }

  /** From timestep 0 on nothing is drawn any more, and on the way there the signal is that of 0. */
  @Test
  void should_reach_timestep_0_without_fresh_noise() {
    NDArray clean = clean();
    List<float[]> seen = new ArrayList<>();
    List<Integer> called = new ArrayList<>();
    Denoiser oracle =
        (noisy, timestep) -> {
          called.add(timestep);
          seen.add(noisy.toFloatArray());
          return clean.duplicate();
        };
    DdimSampler.corrected(51).sample(oracle, SCHEDULE, SHAPE, NoiseSource.seeded(4), manager);
    int last = called.indexOf(0);
    int before = called.get(last - 1);
    double noisy = SCHEDULE.sigma(0) / SCHEDULE.sigma(before);
    double cleaned = SCHEDULE.alpha(0) - noisy * SCHEDULE.alpha(before);
    float[] expected = clean.toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) (noisy * seen.get(last - 1)[i] + cleaned * expected[i]);
    }
    assertThat(seen.get(last)).containsExactly(expected, within(1e-6f));
  }

  @Test
  void should_name_the_published_sampler_and_its_correction() {
    assertThat(DdimSampler.asPublished(7))
        .isEqualTo(new DdimSampler(7, 1, DdimSampler.Variant.AS_PUBLISHED));
    assertThat(DdimSampler.corrected(7))
        .isEqualTo(new DdimSampler(7, 1, DdimSampler.Variant.CORRECTED));
  }

  @Test
  void should_refuse_impossible_numbers() {
    DdimSampler.Variant corrected = DdimSampler.Variant.CORRECTED;
    assertThatThrownBy(() -> new DdimSampler(1, 1, corrected))
        .hasMessage("steps: expected at least 2 but was 1");
    assertThatThrownBy(() -> new DdimSampler(10, 1.5, corrected))
        .hasMessage("eta: expected a number in [0, 1] but was 1.5");
    assertThatThrownBy(() -> new DdimSampler(100, 1, corrected).calls(SCHEDULE))
        .hasMessageContaining("fewer steps than the process has timesteps (100)")
        .hasMessageContaining("use DdpmSampler");
    assertThatThrownBy(() -> new MultistepSampler(1))
        .hasMessage("steps: expected at least 2 but was 1");
    assertThatThrownBy(() -> new MultistepSampler(101).calls(SCHEDULE))
        .hasMessage("steps: expected 2 to 100, the timesteps of the process, but was 101");
  }
}
