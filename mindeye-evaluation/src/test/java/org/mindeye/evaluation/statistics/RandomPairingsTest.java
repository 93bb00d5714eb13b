// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;

class RandomPairingsTest {
  private static final StatisticsConfig CONFIG = StatisticsConfig.standard();

  /** Rows are originals. Pairings score 4, 5, 6, 9, 11 and 13 in sum; the right one 6. */
  private static final double[][] SCORES = {{3, 2, 4}, {1, 2, 6}, {5, 0, 1}};

  private static double[][] transposed(double[][] matrix) {
    double[][] result = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < result.length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }

  /** The sums of all six pairings of reconstruction j with original order[j]. */
  private static double share(double[][] scores, Better better) {
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    double right = scores[0][0] + scores[1][1] + scores[2][2];
    return Arrays.stream(orders)
            .mapToDouble(o -> scores[o[0]][0] + scores[o[1]][1] + scores[o[2]][2])
            .filter(sum -> better == Better.HIGHER ? sum >= right : sum <= right)
            .count()
        / 6.0;
  }

  @Test
  void should_be_the_share_of_pairings_that_score_as_well() {
    for (Better better : Better.values()) {
      RandomPairings blocks = RandomPairings.withinBlocks(better, CONFIG, 1);
      blocks.addBlock(SCORES);
      RandomPairings columns = RandomPairings.ofAllImages(better, CONFIG, 2);
      columns.addColumns(transposed(SCORES));

      double expected = share(SCORES, better);
      assertThat(expected).isBetween(0.1, 0.9);
      assertThat(blocks.significance().pValue()).isCloseTo(expected, within(0.02));
      assertThat(columns.significance().pValue()).isCloseTo(expected, within(0.02));
      assertThat(blocks.significance().shuffle()).isEqualTo(Shuffle.WITHIN_BLOCKS);
      assertThat(columns.significance().shuffle()).isEqualTo(Shuffle.ALL_IMAGES);
      // Mean of 2, 4, 1, 6, 5 and 0.
      assertThat(blocks.significance().chance()).isCloseTo(3, within(1e-12));
      assertThat(columns.significance().chance()).isCloseTo(3, within(1e-12));
    }
  }

  @Test
  void should_not_depend_on_how_many_columns_are_added_at_once() {
    RandomPairings whole = RandomPairings.ofAllImages(Better.HIGHER, CONFIG, 3);
    RandomPairings parts = RandomPairings.ofAllImages(Better.HIGHER, CONFIG, 3);
    double[][] columns = transposed(SCORES);
    whole.addColumns(columns);
    parts.addColumns(Arrays.copyOfRange(columns, 0, 1));
    parts.addColumns(Arrays.copyOfRange(columns, 1, 3));
    assertThat(parts.significance()).isEqualTo(whole.significance());
  }

  @Test
  void should_combine_blocks_without_mixing_them() {
    // In each block of two, the right pairing wins: one of 2^5 pairings of five blocks.
    RandomPairings test = RandomPairings.withinBlocks(Better.HIGHER, CONFIG, 4);
    for (int block = 0; block < 5; block++) {
      test.addBlock(new double[][] {{1, 0}, {0, 1}});
    }
    assertThat(test.significance().pValue()).isCloseTo(1 / 32.0, within(0.006));
    assertThat(test.significance().chance()).isZero();
  }

  @Test
  void should_never_say_that_chance_is_impossible() {
    double[][] perfect = new double[40][40];
    for (int i = 0; i < 40; i++) {
      perfect[i][i] = 1;
    }
    RandomPairings test = RandomPairings.withinBlocks(Better.HIGHER, CONFIG, 5);
    test.addBlock(perfect);
    assertThat(test.significance().pValue()).isEqualTo(1 / 10_001.0);
    RandomPairings opposite = RandomPairings.withinBlocks(Better.LOWER, CONFIG, 5);
    opposite.addBlock(perfect);
    assertThat(opposite.significance().pValue()).isEqualTo(1);
  }

  /** Of unrelated pairs, five in a hundred are below 0.05, and half below 0.5. */
  @Test
  void should_be_uniform_where_nothing_belongs_together() {
    StatisticsConfig few = new StatisticsConfig(0.95, 1, 199, 8, 0);
    int[] below = new int[2];
    for (int trial = 0; trial < 400; trial++) {
      RandomPairings test = RandomPairings.withinBlocks(Better.HIGHER, few, trial);
      float[] drawn = new float[64];
      NoiseSource noise = NoiseSource.seeded(11, trial);
      for (int block = 0; block < 3; block++) {
        noise.normal(drawn);
        double[][] scores = new double[8][8];
        for (int i = 0; i < 64; i++) {
          scores[i / 8][i % 8] = drawn[i];
        }
        test.addBlock(scores);
      }
      double p = test.significance().pValue();
      below[0] += p <= 0.05 ? 1 : 0;
      below[1] += p <= 0.5 ? 1 : 0;
    }
    assertThat(below[0]).isBetween(8, 36);
    assertThat(below[1]).isBetween(165, 235);
  }

  @Test
  void should_give_each_stream_draws_of_its_own() {
    double[] p = new double[2];
    for (int stream = 0; stream < 2; stream++) {
      RandomPairings test = RandomPairings.withinBlocks(Better.HIGHER, CONFIG.withSeed(stream), 7);
      test.addBlock(SCORES);
      p[stream] = test.significance().pValue();
    }
    assertThat(p[0]).isNotEqualTo(p[1]);
  }

  @Test
  void should_refuse_what_cannot_be_paired() {
    RandomPairings blocks = RandomPairings.withinBlocks(Better.HIGHER, CONFIG, 1);
    assertThatThrownBy(() -> blocks.addBlock(new double[][] {{1, 2, 3}, {4, 5, 6}}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("permutation test: expected 2 scores in a row but was 3");
    assertThatThrownBy(() -> blocks.addColumns(SCORES))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("permutation test: this one shuffles WITHIN_BLOCKS; add blocks");
    RandomPairings columns = RandomPairings.ofAllImages(Better.HIGHER, CONFIG, 1);
    assertThatThrownBy(() -> columns.addBlock(SCORES))
        .hasMessage("permutation test: this one shuffles ALL_IMAGES; add columns");
    assertThatThrownBy(() -> columns.addColumns(new double[][] {{1}, {2}}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "permutation test: expected one reconstruction for each of 1 originals but there are"
                + " 2");
    assertThatThrownBy(columns::significance)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "permutation test: no pairs that do not belong together were added; a block needs 2"
                + " images");
  }
}
