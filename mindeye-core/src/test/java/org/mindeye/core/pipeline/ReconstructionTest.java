// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.NotFiniteException;

class ReconstructionTest {
  private static final Timings TIMINGS =
      new Timings(millis(1), millis(2), millis(3), millis(4), millis(5));

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }

  private static Candidate candidate(long seed) {
    return Candidate.of(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), seed);
  }

  @Test
  void should_have_the_best_candidate_first_and_the_earlier_of_equal_ones() {
    Candidate low = candidate(1).withScore(-0.5);
    Candidate high = candidate(2).withScore(0.25);
    Candidate same = candidate(3).withScore(0.25);
    Candidate unknown = candidate(4);
    Reconstruction painted = Reconstruction.of(List.of(unknown, low, high, same), TIMINGS);
    assertThat(painted.candidates()).containsExactly(high, same, low, unknown);
    assertThat(painted.best()).isSameAs(high);
    assertThat(painted.image()).isSameAs(high.image());
    assertThat(high.score()).hasValue(0.25);
    assertThat(high.seed()).isEqualTo(2);
    assertThat(unknown.score()).isEmpty();
    assertThat(painted)
        .hasToString(
            "Reconstruction [Candidate of seed 2, 0.25, Candidate of seed 3, 0.25, Candidate of seed 1,"
                + " -0.5, Candidate of seed 4]");
  }

  @Test
  void should_keep_the_blurry_start_and_the_times() {
    Reconstruction painted = Reconstruction.of(List.of(candidate(1)), TIMINGS);
    BufferedImage start = candidate(2).image();
    assertThat(painted.blurry()).isEmpty();
    assertThat(painted.withBlurry(start).blurry()).containsSame(start);
    assertThat(painted.withBlurry(start).candidates()).isEqualTo(painted.candidates());
    assertThat(painted.timings().total()).isEqualTo(millis(15));
  }

  @Test
  void should_refuse_no_candidates_and_scores_that_are_not_finite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reconstruction.of(List.of(), TIMINGS))
        .withMessage("candidates: expected at least one but found none");
    assertThatThrownBy(() -> candidate(7).withScore(Double.NaN))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("score of the candidate of seed 7: is NaN");
  }

  @Test
  void should_check_the_options() {
    assertThat(DecodeConfig.paper().withSeed(1).withCandidates(2))
        .isEqualTo(new DecodeConfig(20, 3.5, 0.85, 1, 2));
    assertThat(DecodeConfig.paper().withSteps(7).withGuidance(2).withStrength(0.5))
        .isEqualTo(new DecodeConfig(7, 2, 0.5, 42, 16));
    assertThat(DecodeConfig.finalLayer()).isEqualTo(new DecodeConfig(20, 7.5, 0.85, 42, 16));
    assertThat(DecodeConfig.paper().repaintedSteps()).isEqualTo(17);
    assertThat(DecodeConfig.paper().withStrength(0.04).repaintedSteps()).isZero();
    assertThat(DecodeConfig.paper().withSteps(100).withStrength(0.29).repaintedSteps())
        .isEqualTo(28);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecodeConfig(0, 1, 1, 1, 1))
        .withMessage("steps: expected at least 1 but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecodeConfig(1, Double.NaN, 1, 1, 1))
        .withMessage("guidance: expected a finite number but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecodeConfig(1, 1, 1.5, 1, 1))
        .withMessage("strength: expected a number in [0, 1] but was 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecodeConfig.paper().withCandidates(0))
        .withMessage("candidates: expected at least 1 but was 0");
  }
}
