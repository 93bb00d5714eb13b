// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.prior.diffusion.BetaSchedule;
import org.mindeye.prior.diffusion.NoiseSchedule;

/** How often samplers say that they draw noise, against how often they do. */
class SamplerDrawsTest {
  private static final NoiseSchedule COSINE = NoiseSchedule.of(BetaSchedule.COSINE, 100);

  private static void assertDraws(PriorSampler sampler, NoiseSchedule schedule) {
    int draws = sampler.draws(schedule);
    NoiseSource exact = NoiseSource.replayed(Collections.nCopies(draws, new float[] {1}));
    try (CallScope scope = CallScope.open(Device.cpu())) {
      sampler.sample(
          (noisy, timestep) -> noisy.duplicate(),
          schedule,
          new Shape(1, 1, 1),
          exact,
          scope.manager());
    }
    assertThatThrownBy(() -> exact.normal(new float[1]))
        .as("%s on %s has made %d draws", sampler, schedule, draws)
        .hasMessageContaining("used up");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 49, 50, 51, 67, 98, 99})
  void should_draw_as_often_as_announced(int steps) {
    for (DdimSampler.Variant variant : DdimSampler.Variant.values()) {
      assertDraws(new DdimSampler(steps, 1, variant), COSINE);
    }
    assertDraws(new MultistepSampler(steps), COSINE);
  }

  @Test
  void should_draw_in_every_ancestral_step() {
    assertDraws(new DdpmSampler(), COSINE);
    assertDraws(new DdpmSampler(), NoiseSchedule.of(BetaSchedule.JSD, 7));
    assertThat(new DdpmSampler().draws(COSINE)).isEqualTo(101);
  }

  @Test
  void should_refuse_more_steps_than_the_process_has() {
    PriorSampler multistep = new MultistepSampler(101);
    PriorSampler ddim = new DdimSampler(100, 1, DdimSampler.Variant.CORRECTED);
    for (PriorSampler sampler : List.of(multistep, ddim)) {
      assertThatThrownBy(() -> sampler.draws(COSINE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("steps: ");
      assertThatThrownBy(() -> sampler.calls(COSINE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("steps: ");
    }
  }
}
