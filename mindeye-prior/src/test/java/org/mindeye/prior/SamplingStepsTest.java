// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

/** Sampling a prior: how far it is, how it is stopped, and rows that are sampled as alone. */
class SamplingStepsTest {
  private static final int TIMESTEPS = 9;

  private final DiffusionPrior prior =
      DiffusionPrior.of(
          PriorFixtures.small(3, 2),
          DiffusionConfig.paper(12).withSchedule(BetaSchedule.COSINE, TIMESTEPS));
  @FreshManager private NDManager manager;

  @AfterEach
  void close() {
    prior.close();
  }

  private BrainTokens brain(int batch) {
    return PriorFixtures.brain(manager, 2, batch, 3, 12);
  }

  @Test
  void should_tell_every_call_of_the_network() {
    List<List<Integer>> reported = new ArrayList<>();
    StepListener listener = (step, steps) -> reported.add(List.of(step, steps));
    prior.sample(brain(1), NoiseSource.seeded(1), listener, manager);
    assertThat(reported).hasSize(TIMESTEPS);
    for (int i = 0; i < TIMESTEPS; i++) {
      assertThat(reported.get(i)).containsExactly(i, TIMESTEPS);
    }

    reported.clear();
    prior
        .withSampler(new MultistepSampler(4))
        .sample(brain(1), NoiseSource.seeded(1), listener, manager);
    assertThat(reported).hasSize(4).startsWith(List.of(0, 4)).endsWith(List.of(3, 4));
  }

  @Test
  void should_leave_nothing_behind_where_a_listener_throws() {
    BrainTokens condition = brain(1);
    IllegalStateException enough = new IllegalStateException("enough");
    LeakCheck.assertNoLeak(
        () ->
            assertThatThrownBy(
                    () ->
                        prior.sample(
                            condition,
                            NoiseSource.seeded(1),
                            (step, steps) -> {
                              if (step == 3) {
                                throw enough;
                              }
                            },
                            manager))
                .isSameAs(enough));
  }

  /** All draws of a sampler are along the batch, so that each row has a stream of its own. */
  @Test
  void should_sample_rows_from_their_own_sources_as_alone() {
    BrainTokens three = brain(3);
    NoiseSource rows =
        NoiseSource.perRow(
            List.of(NoiseSource.seeded(7), NoiseSource.seeded(8), NoiseSource.seeded(9)));
    float[] together = prior.sample(three, rows, manager).array().toFloatArray();
    for (int i = 0; i < 3; i++) {
      BrainTokens one = BrainTokens.of(three.array().get(new NDIndex(i + ":" + (i + 1))));
      float[] alone = prior.sample(one, NoiseSource.seeded(7 + i), manager).array().toFloatArray();
      for (int j = 0; j < alone.length; j++) {
        assertThat(together[i * alone.length + j]).isCloseTo(alone[j], within(1e-5f));
      }
    }
  }
}
