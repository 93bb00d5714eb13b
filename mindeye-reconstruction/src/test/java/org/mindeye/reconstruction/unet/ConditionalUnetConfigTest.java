// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.tensor.ClipSpace;

class ConditionalUnetConfigTest {
  private static final ClipSpace TOKENS = new ClipSpace(3, 5);

  private static UnetStages stages(Integer... channels) {
    return new UnetStages(
        List.of(channels), List.of(channels).stream().map(c -> true).toList(), 1, 4);
  }

  @Test
  void should_paint_from_all_tokens_or_from_one() {
    ConditionalUnetConfig all = ConditionalUnetConfig.versatileDiffusion();
    ConditionalUnetConfig one = ConditionalUnetConfig.imageVariations();

    assertThat(all.condition()).isEqualTo(new ClipSpace(257, 768));
    assertThat(one.condition()).isEqualTo(new ClipSpace(1, 768));
    assertThat(one.withCondition(all.condition())).isEqualTo(all);
    assertThat(all.stages().reduction()).isEqualTo(8);
  }

  @Test
  void should_change_one_number() {
    ConditionalUnetConfig config = new ConditionalUnetConfig(stages(8, 16), 2, TOKENS, 4, 6);

    assertThat(config.withHeads(8))
        .isEqualTo(new ConditionalUnetConfig(stages(8, 16), 8, TOKENS, 4, 6));
    assertThat(config.withSide(10))
        .isEqualTo(new ConditionalUnetConfig(stages(8, 16), 2, TOKENS, 4, 10));
  }

  @Test
  void should_keep_its_own_lists() {
    List<Integer> channels = new ArrayList<>(List.of(8, 16));
    UnetStages stages = new UnetStages(channels, List.of(true, false), 1, 4);
    channels.set(0, 7);

    assertThat(stages.channels()).containsExactly(8, 16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 4 | 6 | heads: expected a number that divides the 8 channels of stage 0 (from 0), where there is attention, but was 0",
        "3 | 4 | 6 | heads: expected a number that divides the 8 channels of stage 0 (from 0), where there is attention, but was 3",
        "2 | 0 | 6 | channels: expected at least 1 but was 0",
        "2 | 4 | 7 | side: expected a multiple of 2, by which the stages reduce it, but was 7",
        "2 | 4 | 0 | side: expected a multiple of 2, by which the stages reduce it, but was 0",
      })
  void should_refuse_numbers_that_contradict_the_stages(
      int heads, int channels, int side, String message) {
    UnetStages stages = stages(8, 16);
    assertThatThrownBy(() -> new ConditionalUnetConfig(stages, heads, TOKENS, channels, side))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_need_heads_for_attention_only() {
    UnetStages stages = new UnetStages(List.of(6, 16), List.of(false, false), 1, 2);
    assertThat(new ConditionalUnetConfig(stages, 8, TOKENS, 4, 2).heads()).isEqualTo(8);
    assertThatThrownBy(() -> new ConditionalUnetConfig(stages, 5, TOKENS, 4, 2))
        .hasMessageContaining("the 16 channels of stage 1 (from 0)");
  }

  @Test
  void should_tell_the_timestep_in_pairs() {
    UnetStages stages = new UnetStages(List.of(9, 16), List.of(false, true), 1, 1);
    assertThatThrownBy(() -> new ConditionalUnetConfig(stages, 8, TOKENS, 4, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "channels of the first stage: expected an even number from 4 on, as sines and cosines"
                + " of the timestep come in pairs, but was 9");
  }

  @Test
  void should_refuse_stages_that_contradict_each_other() {
    assertThatThrownBy(() -> new UnetStages(List.of(), List.of(), 1, 4))
        .hasMessage(
            "stages: expected at least one, with at least one block and one group, but was channels"
                + " [], blocks 1, groups 4");
    assertThatThrownBy(() -> new UnetStages(List.of(8), List.of(true), 0, 4))
        .hasMessageContaining("blocks 0");
    assertThatThrownBy(() -> new UnetStages(List.of(8), List.of(true), 1, 0))
        .hasMessageContaining("groups 0");
    assertThatThrownBy(() -> new UnetStages(List.of(8, 16), List.of(true), 1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "attention: expected true or false for each of the stages of channels [8, 16] but was"
                + " [true]");
    assertThatThrownBy(() -> stages(8, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("channels: expected multiples of the 4 groups but was [8, 10]");
  }
}
