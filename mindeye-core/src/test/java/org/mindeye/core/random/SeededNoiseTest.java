// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TestEngine;

class SeededNoiseTest {
  private static final int MANY = 200_000;

  @Test
  void should_repeat_itself_from_the_same_seed_and_path() {
    NoiseSource first = NoiseSource.seeded(5, 1, 2);
    NoiseSource second = NoiseSource.seeded(5, 1, 2);
    assertThat(uniform(first, 100)).isEqualTo(uniform(second, 100));
    assertThat(normal(first, 100)).isEqualTo(normal(second, 100));
    assertThat(first.beta(0.15, 0.15, 100)).isEqualTo(second.beta(0.15, 0.15, 100));
    assertThat(first.permutation(100)).isEqualTo(second.permutation(100));
  }

  @Test
  void should_stay_the_same_from_release_to_release() {
    assertThat(uniform(NoiseSource.seeded(42), 3))
        .containsExactly(0.44290364f, 0.2080456f, 0.3340593f);
    assertThat(NoiseSource.seeded(42, 7).permutation(8)).containsExactly(5, 6, 1, 2, 7, 3, 0, 4);
  }

  @Test
  void should_tell_seeds_and_paths_apart() {
    long[][] paths = {{}, {0}, {0, 0}, {1}, {1, 2}, {2, 1}, {31}, {0, 31}};
    long distinct =
        Arrays.stream(paths)
            .flatMap(path -> IntStream.range(0, 50).mapToObj(s -> NoiseSource.seeded(s, path)))
            .map(noise -> Arrays.toString(uniform(noise, 4)))
            .distinct()
            .count();
    assertThat(distinct).isEqualTo(50L * paths.length);
  }

  /** The correlation of independent streams is normal with deviation 1 / sqrt(n). */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 31, 1L << 32, -1})
  void should_give_neighboring_streams_no_correlation(long distance) {
    double bound = 5 / Math.sqrt(MANY);
    float[] base = normal(NoiseSource.seeded(9, 100), MANY);
    float[] otherPath = normal(NoiseSource.seeded(9, 100 + distance), MANY);
    float[] otherSeed = normal(NoiseSource.seeded(9 + distance, 100), MANY);
    assertThat(mean(i -> base[i] * otherPath[i])).isCloseTo(0, within(bound));
    assertThat(mean(i -> base[i] * otherSeed[i])).isCloseTo(0, within(bound));
    assertThat(mean(i -> i == 0 ? 0 : base[i] * base[i - 1])).isCloseTo(0, within(bound));
  }

  @Test
  void should_draw_uniform_numbers_from_zero_to_below_one() {
    float[] values = uniform(NoiseSource.seeded(1), MANY);
    for (float value : values) {
      assertThat(value >= 0 && value < 1).isTrue();
    }
    double bound = 5 / Math.sqrt(MANY);
    assertThat(mean(i -> values[i])).isCloseTo(0.5, within(bound * 0.289));
    assertThat(mean(i -> Math.pow(values[i] - 0.5, 2))).isCloseTo(1 / 12.0, within(bound * 0.075));
  }

  @Test
  void should_draw_standard_normal_numbers() {
    float[] values = normal(NoiseSource.seeded(2), MANY);
    double bound = 5 / Math.sqrt(MANY);
    assertThat(mean(i -> values[i])).isCloseTo(0, within(bound));
    assertThat(mean(i -> Math.pow(values[i], 2))).isCloseTo(1, within(bound * Math.sqrt(2)));
    assertThat(mean(i -> Math.pow(values[i], 3))).isCloseTo(0, within(bound * Math.sqrt(15)));
    assertThat(mean(i -> Math.pow(values[i], 4))).isCloseTo(3, within(bound * Math.sqrt(96)));
  }

  /** Variance of Beta(a, a): 1 / (4 (2a + 1)). */
  @Test
  void should_draw_the_beta_distribution_of_mixco() {
    double[] values = NoiseSource.seeded(3).beta(0.15, 0.15, MANY);
    for (double value : values) {
      assertThat(value >= 0 && value <= 1).isTrue();
    }
    assertThat(mean(i -> values[i])).isCloseTo(0.5, within(0.005));
    assertThat(mean(i -> Math.pow(values[i] - 0.5, 2))).isCloseTo(0.1923077, within(0.001));
  }

  @Test
  void should_tell_the_parameters_of_the_beta_distribution_apart() {
    double[] values = NoiseSource.seeded(3).beta(2, 6, MANY);
    assertThat(mean(i -> values[i])).isCloseTo(0.25, within(0.002));
  }

  @Test
  void should_explain_impossible_beta_parameters() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSource.seeded(1).beta(0, 1, 1))
        .withMessage("Beta(0.0, 1.0): both parameters must be positive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSource.seeded(1).beta(1, Double.NaN, 1))
        .withMessage("Beta(1.0, NaN): both parameters must be positive");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1000})
  void should_permute_all_elements(int size) {
    int[] order = NoiseSource.seeded(4).permutation(size);
    Arrays.sort(order);
    assertThat(order).isEqualTo(IntStream.range(0, size).toArray());
  }

  /** Chi-square over the 24 permutations of 4: 23 degrees of freedom, 99.99 % below 56. */
  @Test
  void should_draw_all_permutations_equally_often() {
    NoiseSource noise = NoiseSource.seeded(5);
    Map<String, Integer> counts = new TreeMap<>();
    int draws = 48_000;
    for (int i = 0; i < draws; i++) {
      counts.merge(Arrays.toString(noise.permutation(4)), 1, Integer::sum);
    }
    double expected = draws / 24.0;
    assertThat(counts).hasSize(24);
    assertThat(counts.values().stream().mapToDouble(c -> (c - expected) * (c - expected)).sum())
        .isLessThan(56 * expected);
  }

  @Test
  void should_draw_tensors_of_the_same_numbers() {
    try (NDManager manager = TestEngine.newManager()) {
      NDArray uniform = NoiseSource.seeded(6).uniform(manager, new Shape(3, 4));
      NDArray normal = NoiseSource.seeded(6).normal(manager, new Shape(3, 4));
      assertThat(uniform.getShape()).isEqualTo(new Shape(3, 4));
      assertThat(uniform.toFloatArray()).isEqualTo(uniform(NoiseSource.seeded(6), 12));
      assertThat(normal.toFloatArray()).isEqualTo(normal(NoiseSource.seeded(6), 12));
      assertThat(normal.getManager()).isSameAs(manager);
      NoiseSource noise = NoiseSource.seeded(7);
      LeakCheck.assertNoLeak(
          () -> {
            noise.uniform(manager, new Shape(5)).close();
            noise.normal(manager, new Shape(5)).close();
          });
    }
  }

  private static float[] uniform(NoiseSource noise, int count) {
    float[] values = new float[count];
    noise.uniform(values);
    return values;
  }

  private static float[] normal(NoiseSource noise, int count) {
    float[] values = new float[count];
    noise.normal(values);
    return values;
  }

  private static double mean(java.util.function.IntToDoubleFunction value) {
    return IntStream.range(0, MANY).mapToDouble(value).average().orElseThrow();
  }
}
