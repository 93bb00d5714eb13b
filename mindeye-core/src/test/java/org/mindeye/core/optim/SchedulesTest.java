// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulesTest {
  private final OneCycleSchedule paper = OneCycleSchedule.paper(3e-4, 240, 276);

  /** Confirmed with torch's {@code OneCycleLR} at the published setting. */
  @ParameterizedTest
  @CsvSource({
    "0, 1.2e-5, 0.95",
    "275, 1.555894839e-4, 0.9001425403",
    "276, 1.564105161e-4, 0.8998574597",
    "551, 3e-4, 0.85",
    "1000, 2.999654182e-4, 0.8500115277",
    "33000, 1.528394071e-4, 0.8990554932",
    "66239, 1.2e-8, 0.95"
  })
  void should_equal_torchs_one_cycle(long step, double rate, double beta1) {
    assertThat(paper.at(step).learningRate()).isEqualTo(rate, within(1e-9 * rate));
    assertThat(paper.at(step).beta1()).isEqualTo(beta1, within(1e-10));
  }

  @Test
  void should_end_where_it_ends() {
    assertThat(paper.totalSteps()).isEqualTo(66240);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> paper.at(66240))
        .withMessage("step 66240 is outside this schedule of 66240 steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> paper.at(-1))
        .withMessage("step -1 is outside this schedule of 66240 steps");
  }

  /** torch's phases when the rise is shorter than a step: it starts between the two. */
  @Test
  void should_cope_with_schedules_of_a_step_or_two() {
    assertThat(new OneCycleSchedule(1, 1, 0.3, 25, 1000).at(0).learningRate())
        .isEqualTo(4e-5, within(1e-12));
    assertThat(new OneCycleSchedule(1, 2, 0.5, 25, 1000).at(0).learningRate()).isEqualTo(1);
  }

  @Test
  void should_stay_constant() {
    LearningRateSchedule constant = LearningRateSchedule.constant(1e-3);
    assertThat(constant.at(0)).isEqualTo(new StepRates(1e-3, 0.9));
    assertThat(constant.at(1L << 40)).isEqualTo(new StepRates(1e-3, 0.9));
    assertThatIllegalArgumentException().isThrownBy(() -> constant.at(-1));
  }

  @Test
  void should_fall_along_half_a_cosine() {
    LearningRateSchedule cosine = LearningRateSchedule.cosine(1, 0.1, 5);
    assertThat(cosine.at(0)).isEqualTo(new StepRates(1, 0.9));
    assertThat(cosine.at(1).learningRate())
        .isEqualTo(0.1 + 0.45 * (1 + Math.sqrt(0.5)), within(1e-12));
    assertThat(cosine.at(2).learningRate()).isEqualTo(0.55, within(1e-12));
    assertThat(cosine.at(4).learningRate()).isEqualTo(0.1, within(1e-12));
    assertThat(LearningRateSchedule.cosine(1, 0, 1).at(0).learningRate()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cosine.at(5))
        .withMessage("step 5 is outside this schedule of 5 steps");
  }

  @Test
  void should_rise_along_a_line_that_ends_after_the_last_step() {
    LearningRateSchedule rising = LearningRateSchedule.rising(0.2, 1, 4);
    for (int step = 0; step < 4; step++) {
      assertThat(rising.at(step).learningRate()).isEqualTo(0.2 + 0.2 * step, within(1e-12));
      assertThat(rising.at(step).beta1()).isEqualTo(0.9);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rising.at(4))
        .withMessage("step 4 is outside this schedule of 4 steps");
  }

  @Test
  void should_name_the_number_it_refuses() {
    assertRefused(() -> OneCycleSchedule.paper(1, 2, 5), "epochs: the rate rises for 2.0 epochs");
    assertRefused(
        () -> OneCycleSchedule.paper(0, 3, 5),
        "maxLearningRate: expected a finite positive number");
    assertRefused(
        () -> OneCycleSchedule.paper(Double.POSITIVE_INFINITY, 3, 5),
        "maxLearningRate: expected a finite positive number but was Infinity");
    assertRefused(() -> OneCycleSchedule.paper(1, 3, 0), "totalSteps: expected at least 1");
    assertRefused(
        () -> new OneCycleSchedule(1, 9, 1, 25, 1000),
        "pctStart: expected a share between 0 and 1 but was 1.0");
    assertRefused(
        () -> new OneCycleSchedule(1, 9, 0.5, 0.5, 1000),
        "divFactor, finalDivFactor: expected 1 or more but were 0.5 and 1000.0");
    assertRefused(() -> LearningRateSchedule.constant(-1), "learning rate: expected a finite");
    assertRefused(() -> LearningRateSchedule.cosine(1, Double.NaN, 5), "but was NaN");
    assertRefused(() -> LearningRateSchedule.cosine(1, 0, 0), "totalSteps: expected at least 1");
    assertRefused(() -> LearningRateSchedule.rising(1, 2, 0), "totalSteps: expected at least 1");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
  }
}
