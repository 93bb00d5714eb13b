// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.prior.DiffusionConfig;
import org.mindeye.prior.PriorConfig;
import org.mindeye.prior.PriorNetwork;
import org.mindeye.prior.TransformerConfig;
import org.mindeye.prior.diffusion.NoiseSchedule;
import org.mindeye.testkit.Golden;
import org.mindeye.testkit.ParityGenerator;
import org.mindeye.testkit.ParityWeights;

/** What the benchmarks of the prior are checked with. */
class PlainPriorTest {
  private static final Golden GOLDEN = Golden.open("/golden/high-level.safetensors");
  private static final PlainDiffusion CONSTANT =
      new PlainDiffusion((noisy, timestep, brain) -> new double[][] {{3, 4, 5, 6}});

  private static PriorConfig config() {
    return PriorConfig.paper()
        .withSpace(new ClipSpace(GOLDEN.number("prior", "tokens"), GOLDEN.number("prior", "dim")))
        .withTransformer(
            TransformerConfig.paper()
                .withSize(GOLDEN.number("prior", "depth"), GOLDEN.number("prior", "heads"), 64));
  }

  private static double[][] input(long stream, double scale, int index) {
    ClipSpace space = config().space();
    float[] all = ParityGenerator.input(GOLDEN.seedBase() + stream, 3 * space.size(), scale, 0);
    double[][] rows = PriorCase.rows(all, space.width());
    return Arrays.copyOfRange(rows, index * space.tokens(), (index + 1) * space.tokens());
  }

  @Test
  void should_predict_what_the_original_predicts() {
    int[] timesteps = {0, 41, 99};
    try (PriorNetwork network = new PriorNetwork(config());
        NDManager manager = Torch.newManager(Device.cpu())) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      ParityWeights.asGenerated()
          .leaving(name -> name.endsWith("rotary_emb.freqs"))
          .fill(network.getParameters());
      PlainPrior plain = PlainPrior.of(network);
      double[][] shown = PriorCase.sample(GOLDEN.array(manager, "prior.net"), 2);
      double[][] nothing = PriorCase.sample(GOLDEN.array(manager, "prior.net_null"), 1);

      assertClose(plain.predict(input(30, 2, 2), timesteps[2], input(31, 1, 2)), shown);
      assertClose(plain.predict(plain.nullImage(), timesteps[1], plain.nullBrain()), nothing);
    }
  }

  private static void assertClose(double[][] actual, double[][] expected) {
    assertThat(actual.length).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], within(2e-5));
    }
  }

  @Test
  void should_move_weights_along_a_direction() {
    try (PriorNetwork network = new PriorNetwork(PriorSize.SMALL.config())) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      float[] way = new float[17 * 32];
      way[0] = 2;
      double[][] before = PlainPrior.of(network).nullBrain();
      double[][] after =
          PlainPrior.moved(network, Map.of("null_brain_embeds", way), 0.25).nullBrain();

      assertThat(after[0][0]).isEqualTo(before[0][0] + 0.5);
      after[0][0] = before[0][0];
      assertThat(after).isDeepEqualTo(before);
    }
  }

  @Test
  void should_add_noise_as_scheduled() {
    NoiseSchedule schedule = DiffusionConfig.paper(4).noiseSchedule();
    double[][] target = {{1, 0, -1, 0}};
    double[][] noise = {{0, 1, 0, -1}};
    for (int t : new int[] {0, 41, 99}) {
      double alpha = 2 * schedule.alpha(t);
      double sigma = schedule.sigma(t);

      assertClose(
          CONSTANT.noisy(target, noise, t), new double[][] {{alpha, sigma, -alpha, -sigma}});
    }
  }

  @Test
  void should_measure_errors_in_the_scale_of_the_process() {
    double[][] target = {{1, 1, 1, 1}};

    assertThat(PlainDiffusion.error(new double[][] {{2, 2, 2, 2}}, target)).isZero();
    assertThat(PlainDiffusion.error(new double[][] {{3, 2, 2, 2}}, target)).isEqualTo(0.25);
  }

  @Test
  void should_end_every_sample_at_the_last_prediction() {
    double[][] drawn = {{1, -1, 2, 0.5}};
    double[][] scaledDown = {{1.5, 2, 2.5, 3}};

    assertClose(CONSTANT.ddpm(null, () -> drawn), scaledDown);
    assertClose(CONSTANT.multistep(2, null, () -> drawn), scaledDown);
    assertClose(CONSTANT.multistep(20, null, () -> drawn), scaledDown);
  }
}
