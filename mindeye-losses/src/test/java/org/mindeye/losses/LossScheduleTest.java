// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "0,.004",
    "1,.004000337329",
    "40,.004512563133",
    "80,.00575",
    "120,.006987436867",
    "159,.007499662671",
    "160,.0075"
  })
  void should_anneal_along_half_a_cosine(int epoch, double temperature) {
    assertThat(TemperatureSchedule.paper(161).at(epoch)).isCloseTo(temperature, offset(5e-13));
  }

  @Test
  void should_use_the_first_temperature_for_a_single_epoch() {
    assertThat(TemperatureSchedule.paper(1).at(0)).isEqualTo(0.004);
  }

  @Test
  void should_switch_after_a_truncated_third() {
    LossSchedule schedule = LossSchedule.paper(240);
    assertThat(schedule.mixedEpochs()).isEqualTo(79);
    assertThat(schedule.epochs()).isEqualTo(240);
    assertThat(schedule.mixes(78)).isTrue();
    assertThat(schedule.mixes(79)).isFalse();
    assertThat(schedule.biMixCo()).isEqualTo(BiMixCoLoss.paper());
    assertThat(schedule.unmixed(78)).isEqualTo(new ClipLoss(0.006));
    assertThat(schedule.unmixed(79)).isEqualTo(new SoftClipLoss(0.004));
    assertThat(schedule.unmixed(239).temperature()).isCloseTo(0.0075, offset(1e-18));
    assertThat(schedule.unmixed(239)).isInstanceOf(SoftClipLoss.class);
  }

  @Test
  void should_allow_one_loss_only() {
    assertThat(LossSchedule.paper(10, 1).unmixed(9)).isEqualTo(new ClipLoss(0.006));
    assertThat(LossSchedule.paper(10, 0).unmixed(0)).isEqualTo(new SoftClipLoss(0.004));
    assertThat(LossSchedule.paper(1).unmixed(0)).isEqualTo(new SoftClipLoss(0.004));
  }

  @Test
  void should_refuse_what_makes_no_schedule() {
    assertThatThrownBy(() -> LossSchedule.paper(0))
        .hasMessage("a schedule needs at least one epoch but has 0 mixed and 0 others");
    assertThatThrownBy(() -> LossSchedule.paper(10, 1.5))
        .hasMessage("mixedShare must be from 0 to 1 but was 1.5");
    assertThatThrownBy(() -> TemperatureSchedule.paper(-1))
        .hasMessage("epochs must not be negative but was -1");
    assertThatThrownBy(() -> LossSchedule.paper(10).mixes(10))
        .hasMessage("epoch must be from 0 to 9 but was 10");
    assertThatThrownBy(() -> LossSchedule.paper(10).unmixed(-1))
        .hasMessage("epoch must be from 0 to 9 but was -1");
    assertThatThrownBy(() -> TemperatureSchedule.paper(5).at(5))
        .hasMessage("epoch must be from 0 to 4 but was 5");
  }
}
