// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.MindEyeException;

/** Expected numbers are those of SciPy 1.15, {@code binomtest} and its exact interval. */
class PairedComparisonTest {
  @ParameterizedTest
  @CsvSource({
    "4, 0, 0.125",
    "25, 6, 0.0008779102936387062",
    "6, 25, 0.0008779102936387062",
    "9, 1, 0.021484375",
    "340, 300, 0.12310113072196793",
    "5, 5, 1",
    "0, 0, 1",
  })
  void should_compare_by_the_images_that_only_one_method_finds(int one, int other, double p) {
    PairedComparison comparison = PairedComparison.of(100, one, other, 3);

    assertThat(comparison.pValue()).isCloseTo(p, within(1e-9));
    assertThat(comparison.firstIsBetter()).isEqualTo(one > other && p < 0.05);
    assertThat(comparison.secondIsBetter()).isEqualTo(other > one && p < 0.05);
  }

  private static DirectionScores scores(long[] ids, float... right) {
    float[][] rows = new float[right.length][right.length];
    for (int i = 0; i < right.length; i++) {
      rows[i][(i + 1) % right.length] = 0.5f;
      rows[i][i] = right[i];
    }
    return DirectionScores.of(SimilarityMatrix.of("brain", "image", rows), ids);
  }

  @Test
  void should_count_images_once_each() {
    long[] ids = {4, 5, 6, 7, 8};
    PairedComparison comparison =
        PairedComparison.top1(scores(ids, 1, 1, 0, 1, 0), scores(ids, 1, 0, 1, 0, 0));

    assertThat(comparison).isEqualTo(PairedComparison.of(1, 2, 1, 1));
  }

  @Test
  void should_refuse_other_images() {
    DirectionScores one = scores(new long[] {1, 2}, 1, 1);
    assertThatThrownBy(() -> PairedComparison.top1(one, scores(new long[] {1, 3}, 1, 1)))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("paired comparison: expected two methods on the same samples")
        .hasMessageEndingWith("with different image ids");
    assertThatThrownBy(() -> PairedComparison.of(1, -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("paired comparison: expected counts of at least 0");
  }

  @ParameterizedTest
  @CsvSource({
    "600, 600, 0.9938707286693298, 1",
    "0, 24, 0, 0.14247359772258136",
    "577, 600, 0.9430344466125399, 0.9755475363876513",
    "1, 3, 0.008403758659612647, 0.9057006759492866",
  })
  void should_know_how_sure_a_share_is(int hits, int trials, double low, double high) {
    HitRate rate = HitRate.of(hits, trials);

    assertThat(rate.low()).isCloseTo(low, within(1e-8));
    assertThat(rate.high()).isCloseTo(high, within(1e-8));
    assertThat(rate.share()).isEqualTo(hits / (double) trials);
  }

  @Test
  void should_refuse_more_hits_than_trials() {
    assertThatThrownBy(() -> HitRate.of(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hits: expected 0 to 2 of at least 1 but was 3 of 2");
  }
}
