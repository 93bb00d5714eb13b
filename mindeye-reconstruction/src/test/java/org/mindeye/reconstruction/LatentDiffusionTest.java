// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mindeye.reconstruction.Toys.latents;
import static org.mindeye.reconstruction.Toys.tokens;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.prior.Sampling;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.prior.diffusion.SamplingPlan;
import org.mindeye.prior.diffusion.Timesteps;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class LatentDiffusionTest {
  private static final DecodeConfig CONFIG = new DecodeConfig(4, 3.5, 0.75, 42, 1);

  private ConditionalUnet unet;
  @FreshManager private NDManager manager;

  @BeforeEach
  void open() {
    unet = Toys.unet();
  }

  @AfterEach
  void close() {
    unet.close();
  }

  private LatentDiffusion diffusion(LatentScheduler scheduler) {
    return LatentDiffusion.of(unet, scheduler, PublishedScheduler.stableDiffusion());
  }

  private VaeLatents repainted(DecodeConfig config, int batch, NoiseSource noise) {
    return diffusion(LatentScheduler.paper())
        .sample(
            tokens(manager, batch),
            latents(manager, batch),
            config,
            noise,
            StepListener.NONE,
            manager);
  }

  private VaeLatents painted(DecodeConfig config, int batch, NoiseSource noise) {
    return diffusion(LatentScheduler.paper())
        .sample(tokens(manager, batch), config, noise, StepListener.NONE, manager);
  }

  /** The whole of it in twenty lines: two passes per step, without anything prepared. */
  private NDArray plain(NDArray x, DecodeConfig config, int first, ClipTokens tokens) {
    NoiseSchedule schedule = NoiseSchedule.stableDiffusion();
    SamplingPlan plan =
        LatentScheduler.paper().plan(schedule, PredictionType.EPSILON, config.steps(), first);
    NDArray condition = tokens.array();
    Sampling.run(
        plan,
        x,
        (noisy, t) -> {
          int[] timesteps = new int[tokens.batch()];
          Arrays.fill(timesteps, t);
          NDArray shown = unet.forward(noisy, condition, timesteps);
          NDArray hidden = unet.forward(noisy, condition.zerosLike(), timesteps);
          return hidden.add(shown.sub(hidden).mul(config.guidance()));
        },
        NoiseSource.replayed(List.of()));
    return x;
  }

  private static void assertClose(NDArray found, NDArray expected) {
    float[] all = expected.toFloatArray();
    float[] values = found.toFloatArray();
    assertThat(values).hasSameSizeAs(all);
    double largest = expected.abs().max().getFloat();
    for (int i = 0; i < all.length; i++) {
      assertThat((double) values[i]).isCloseTo(all[i], within(2e-5 * largest));
    }
  }

  @Test
  void should_repaint_as_two_passes_a_step_do() {
    for (double guidance : new double[] {3.5, 1, 0}) {
      try (GradMode off = GradMode.off()) {
        DecodeConfig config = CONFIG.withGuidance(guidance);
        VaeLatents found = repainted(config, 2, NoiseSource.seeded(7));
        NDArray drawn = NoiseSource.seeded(7).normal(manager, new Shape(2, 4, 8, 8));
        NDArray x = latents(manager, 2).array();
        NoiseSchedule schedule = NoiseSchedule.stableDiffusion();
        // Of the timesteps 999, 749, 500 and 250, the last three are done.
        Sampling.addNoise(x, drawn, schedule.level(749));
        assertClose(found.array(), plain(x, config, 1, tokens(manager, 2)));
      }
    }
  }

  @Test
  void should_paint_from_noise_in_all_steps() {
    try (GradMode off = GradMode.off()) {
      VaeLatents found = painted(CONFIG, 1, NoiseSource.seeded(7));
      NDArray x = NoiseSource.seeded(7).normal(manager, new Shape(1, 4, 8, 8));
      assertClose(found.array(), plain(x, CONFIG, 0, tokens(manager, 1)));
    }
  }

  @Test
  void should_ignore_the_start_at_strength_1_and_keep_it_at_strength_0() {
    float[] fromNoise = painted(CONFIG, 1, NoiseSource.seeded(7)).array().toFloatArray();
    assertThat(repainted(CONFIG.withStrength(1), 1, NoiseSource.seeded(7)).array().toFloatArray())
        .isEqualTo(fromNoise);
    NoiseSource none = NoiseSource.replayed(List.of());
    assertThat(repainted(CONFIG.withStrength(0), 1, none).array().toFloatArray())
        .isEqualTo(latents(manager, 1).array().toFloatArray());
  }

  @Test
  void should_begin_where_a_schedulers_start_index_is() {
    for (double strength = 0; strength <= 1; strength += 0.01) {
      DecodeConfig config = CONFIG.withSteps(100).withStrength(strength);
      assertThat(100 - config.repaintedSteps()).isEqualTo(Timesteps.startIndex(100, strength));
    }
  }

  @Test
  void should_end_where_the_scheduler_says() {
    float[] published = repainted(CONFIG, 1, NoiseSource.seeded(7)).array().toFloatArray();
    float[] clean =
        diffusion(LatentScheduler.paper().withEnd(LatentScheduler.End.CLEAN))
            .sample(
                tokens(manager, 1),
                latents(manager, 1),
                CONFIG,
                NoiseSource.seeded(7),
                StepListener.NONE,
                manager)
            .array()
            .toFloatArray();
    assertThat(clean).isNotEqualTo(published);
    assertThat(repainted(CONFIG, 1, NoiseSource.seeded(7)).array().toFloatArray())
        .as("again")
        .isEqualTo(published);
  }

  @Test
  void should_paint_rows_from_their_own_sources_as_alone() {
    NoiseSource rows = NoiseSource.perRow(List.of(NoiseSource.seeded(7), NoiseSource.seeded(8)));
    NDArray together = repainted(CONFIG, 2, rows).array();
    for (int i = 0; i < 2; i++) {
      NDIndex row = new NDIndex(i + ":" + (i + 1));
      VaeLatents alone =
          diffusion(LatentScheduler.paper())
              .sample(
                  ClipTokens.of(tokens(manager, 2).array().get(row)),
                  VaeLatents.of(latents(manager, 2).array().get(row)),
                  CONFIG,
                  NoiseSource.seeded(7 + i),
                  StepListener.NONE,
                  manager);
      assertClose(together.get(row), alone.array());
    }
  }

  @Test
  void should_count_the_steps_that_are_done() {
    List<String> reported = new ArrayList<>();
    diffusion(LatentScheduler.paper())
        .sample(
            tokens(manager, 1),
            latents(manager, 1),
            CONFIG,
            NoiseSource.seeded(7),
            (step, steps) -> reported.add(step + " of " + steps),
            manager);
    assertThat(reported).containsExactly("0 of 3", "1 of 3", "2 of 3");
  }

  @Test
  void should_refuse_a_start_for_other_rows() {
    assertThatThrownBy(
            () ->
                diffusion(LatentScheduler.paper())
                    .sample(
                        tokens(manager, 2),
                        latents(manager, 3),
                        CONFIG,
                        NoiseSource.seeded(7),
                        StepListener.NONE,
                        manager))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("start: expected latents for each of 2 rows of tokens but there are 3");
  }

  @Test
  void should_change_nothing_it_is_given_and_leave_nothing_behind() {
    ClipTokens tokens = tokens(manager, 1);
    VaeLatents start = latents(manager, 1);
    LatentDiffusion diffusion = diffusion(LatentScheduler.paper());
    DecodeConfig short2 = CONFIG.withSteps(2).withStrength(0.5);
    LeakCheck.assertNoLeak(
        20,
        () -> {
          NoiseSource noise = NoiseSource.seeded(7);
          diffusion
              .sample(tokens, start, short2, noise, StepListener.NONE, manager)
              .array()
              .close();
          diffusion.sample(tokens, short2, noise, StepListener.NONE, manager).array().close();
        });
    IllegalStateException enough = new IllegalStateException("enough");
    StepListener stopping =
        (step, steps) -> {
          if (step == 2) {
            throw enough;
          }
        };
    LeakCheck.assertNoLeak(
        20,
        () ->
            assertThatThrownBy(
                    () ->
                        diffusion.sample(
                            tokens, start, CONFIG, NoiseSource.seeded(7), stopping, manager))
                .isSameAs(enough));
    assertThat(start.array().toFloatArray()).isEqualTo(latents(manager, 1).array().toFloatArray());
    assertThat(tokens.array().toFloatArray()).isEqualTo(tokens(manager, 1).array().toFloatArray());
  }
}
