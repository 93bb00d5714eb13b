// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.BrainTokens;

/** The fast sampler against the published one, on a prior that was really trained. */
class MultistepQualityTest {
  private static final int CONDITIONS = 16;
  private static final int DRAWS = 256;
  private static final int SIZE = TinyProblem.SPACE.size();

  private static DiffusionPrior prior;
  private static double[] losses;

  @BeforeAll
  static void train() {
    prior = TinyProblem.untrained();
    losses = TinyProblem.train(prior, 300);
  }

  @AfterAll
  static void close() {
    prior.close();
  }

  private static double average(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElseThrow();
  }

  /** Sampled embeddings, {@code [draw][condition * size]}: the same conditions in every draw. */
  private static float[][] samples(PriorSampler sampler, int seed) {
    float[][] rows = new float[DRAWS][];
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      BrainTokens conditions = TinyProblem.conditions(manager, CONDITIONS, NoiseSource.seeded(5));
      BrainTokens repeated =
          BrainTokens.of(conditions.array().repeat(0, DRAWS)); // condition by condition
      float[] all =
          prior
              .withSampler(sampler)
              .sample(repeated, NoiseSource.seeded(seed), manager)
              .array()
              .toFloatArray();
      for (int d = 0; d < DRAWS; d++) {
        rows[d] = new float[CONDITIONS * SIZE];
        for (int c = 0; c < CONDITIONS; c++) {
          System.arraycopy(all, (c * DRAWS + d) * SIZE, rows[d], c * SIZE, SIZE);
        }
      }
    }
    return rows;
  }

  private static double[] mean(float[][] rows) {
    double[] mean = new double[rows[0].length];
    for (int d = 0; d < DRAWS; d++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += rows[d][i] / DRAWS;
      }
    }
    return mean;
  }

  private static double spread(float[][] rows) {
    double[] mean = mean(rows);
    double sum = 0;
    for (float[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        sum += (row[i] - mean[i]) * (row[i] - mean[i]);
      }
    }
    return Math.sqrt(sum / DRAWS);
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  @Test
  void should_have_learned() {
    assertThat(average(losses, 270, 300)).isLessThan(0.6 * average(losses, 0, 10));
  }

  /** As close to DDPM's mean as two independent halves of DDPM's own draws are to each other. */
  @Test
  void should_have_the_mean_and_spread_of_ddpm_in_20_steps_and_not_in_3() {
    float[][] one = samples(new DdpmSampler(), 1);
    float[][] other = samples(new DdpmSampler(), 2);
    double halves = distance(mean(one), mean(other));
    float[][] fast = samples(new MultistepSampler(20), 3);
    float[][] hasty = samples(new MultistepSampler(3), 3);
    assertThat(apart(fast, one, other)).isLessThanOrEqualTo(1.05 * halves);
    assertThat(apart(hasty, one, other)).isGreaterThan(1.3 * halves);
    assertThat(spread(fast)).isBetween(0.98 * spread(one), 1.02 * spread(one));
    assertThat(spread(hasty)).isLessThan(0.9 * spread(one));
  }

  private static double apart(float[][] rows, float[][] one, float[][] other) {
    return (distance(mean(rows), mean(one)) + distance(mean(rows), mean(other))) / 2;
  }
}
