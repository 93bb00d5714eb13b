// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.prior.diffusion.BetaSchedule;

class ConfigurationTest {
  private static final TransformerConfig LAYERS = TransformerConfig.paper();

  /** Records what is drawn, in order. */
  private static final class Recorded implements NoiseSource {
    private final List<String> drawn = new ArrayList<>();
    private final NoiseSource source = NoiseSource.seeded(1);

    @Override
    public void uniform(float[] values) {
      drawn.add("uniform " + values.length);
      source.uniform(values);
    }

    @Override
    public void normal(float[] values) {
      drawn.add("normal " + values.length);
      source.normal(values);
    }

    @Override
    public double[] beta(double alpha, double beta, int count) {
      throw new AssertionError("beta");
    }

    @Override
    public int[] permutation(int size) {
      throw new AssertionError("permutation");
    }
  }

  @Test
  void should_draw_in_the_original_order() {
    Recorded noise = new Recorded();
    ClipSpace space = new ClipSpace(3, 4);
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      DiffusionDraw draw = DiffusionDraw.of(5, space, DiffusionConfig.paper(4), noise, manager);
      assertThat(noise.drawn).containsExactly("uniform 5", "normal 60", "uniform 5", "uniform 5");
      assertThat(Arrays.stream(draw.timesteps()).boxed())
          .hasSize(5)
          .allMatch(t -> t >= 0 && t < 100);
      draw.timesteps()[0] = -1;
      assertThat(draw.timesteps()[0]).isNotNegative();
    }
  }

  @Test
  void should_draw_nothing_where_nothing_is_left_to_chance() {
    Recorded noise = new Recorded();
    ConditioningMask mask = ConditioningMask.draw(4, 0, 1, noise);
    assertThat(noise.drawn).isEmpty();
    assertThat(mask.brain()).containsExactly(true, true, true, true);
    assertThat(mask.image()).containsExactly(false, false, false, false);
    assertThat(mask.batch()).isEqualTo(4);
  }

  @Test
  void should_hide_as_often_as_wanted() {
    ConditioningMask mask = ConditioningMask.draw(20_000, 0.2, 0.7, NoiseSource.seeded(1));
    assertThat(shown(mask.brain())).isBetween(15_700, 16_300);
    assertThat(shown(mask.image())).isBetween(5_700, 6_300);
    assertThat(mask.brain()).isNotEqualTo(mask.image());
  }

  /** Numbers from 0 to just below 1, of which those below the share that is shown count. */
  @Test
  void should_hide_from_the_share_on() {
    NoiseSource half = new Fixed(0.5f);
    assertThat(ConditioningMask.draw(1, 0.5, 0.25, half).brain()).containsExactly(false);
    assertThat(ConditioningMask.draw(1, 0.5, 0.25, half).image()).containsExactly(true);
  }

  private record Fixed(float value) implements NoiseSource {
    @Override
    public void uniform(float[] values) {
      Arrays.fill(values, value);
    }

    @Override
    public void normal(float[] values) {
      throw new AssertionError("normal");
    }

    @Override
    public double[] beta(double alpha, double beta, int count) {
      throw new AssertionError("beta");
    }

    @Override
    public int[] permutation(int size) {
      throw new AssertionError("permutation");
    }
  }

  private static int shown(boolean[] values) {
    int count = 0;
    for (boolean value : values) {
      count += value ? 1 : 0;
    }
    return count;
  }

  @Test
  void should_spread_timesteps_evenly() {
    int[] counts = new int[100];
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      DiffusionDraw draw =
          DiffusionDraw.of(
              100_000,
              new ClipSpace(1, 1),
              DiffusionConfig.paper(1),
              NoiseSource.seeded(1),
              manager);
      for (int t : draw.timesteps()) {
        counts[t]++;
      }
    }
    assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count > 850 && count < 1150);
  }

  @Test
  void should_know_whether_there_is_dropout() {
    assertThat(LAYERS.withDropout(0, 0).hasDropout()).isFalse();
    assertThat(LAYERS.withDropout(0.1, 0).hasDropout()).isTrue();
    assertThat(LAYERS.withDropout(0, 0.1).hasDropout()).isTrue();
  }

  @Test
  void should_hold_the_published_numbers() {
    assertThat(DiffusionConfig.paper(768).scale()).isEqualTo(27.712812921102035);
    assertThat(DiffusionConfig.finalLayer(768).timesteps()).isEqualTo(1000);
    assertThat(PriorConfig.paper().space()).isEqualTo(ClipSpace.VIT_L_14_HIDDEN);
    assertThat(FinalLayerPriorConfig.paper().space()).isEqualTo(ClipSpace.VIT_L_14_FINAL);
  }

  @Test
  void should_refuse_impossible_numbers() {
    assertRefused(() -> LAYERS.withSize(0, 1, 2), "depth: expected at least 1 but was 0");
    assertRefused(() -> LAYERS.withSize(1, 0, 2), "heads: expected at least 1 but was 0");
    assertRefused(
        () -> LAYERS.withSize(1, 1, 3),
        "headWidth: expected an even number (channels are rotated in pairs) but was 3");
    assertRefused(
        () -> new TransformerConfig(1, 1, 2, 0, false, 0, 0),
        "expansion: expected at least 1 but was 0");
    assertRefused(
        () -> LAYERS.withDropout(1, 0), "attentionDropout: expected a rate in [0, 1) but was 1.0");
    assertRefused(
        () -> LAYERS.withDropout(0, -1),
        "feedForwardDropout: expected a rate in [0, 1) but was -1.0");
    assertRefused(
        () -> PriorConfig.paper().withSpace(new ClipSpace(2, 5)),
        "space: expected an even width of at least 4 (sines and cosines of the time) but was 5");
    assertRefused(
        () -> new FinalLayerPriorConfig(0, 1, 2, LAYERS), "width: expected at least 1 but was 0");
    assertRefused(
        () -> FinalLayerPriorConfig.paper().withTextSlots(0),
        "textSlots: expected 1 to 8192 but was 0");
    assertRefused(
        () -> PriorConfig.paper().withSpace(new ClipSpace(9000, 4)),
        "space: expected at most 8192 tokens (each attends to all others) but was 9000");
    NoiseSource noise = NoiseSource.seeded(1);
    assertRefused(
        () -> ConditioningMask.draw(0, 0, 0, noise), "batch: expected at least 1 but was 0");
    assertRefused(
        () -> ConditioningMask.draw(1, -0.1, 0, noise),
        "brainDropout: expected a probability in [0, 1] but was -0.1");
    assertRefused(
        () -> ConditioningMask.draw(1, 0, 1.1, noise),
        "imageDropout: expected a probability in [0, 1] but was 1.1");
    assertRefused(
        () -> new FinalLayerPriorConfig(8, 1, 1, LAYERS),
        "timesteps: expected at least 2 but was 1");
    assertRefused(
        () -> DiffusionConfig.paper(4).withSchedule(BetaSchedule.COSINE, 1),
        "timesteps: expected at least 2 but was 1");
    assertRefused(
        () -> DiffusionConfig.paper(4).withDropout(1.5, 0),
        "brainDropout: expected a probability in [0, 1] but was 1.5");
    assertRefused(
        () -> DiffusionConfig.paper(4).withDropout(0, Double.NaN),
        "imageDropout: expected a probability in [0, 1] but was NaN");
    assertRefused(
        () -> new DiffusionConfig(2, BetaSchedule.COSINE, 0, 0, 0),
        "scale: expected a positive number but was 0.0");
    assertThatThrownBy(() -> ConditioningMask.of(new boolean[2], new boolean[3]))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("conditioning mask: expected as many brains as images but was 2 and 3");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
