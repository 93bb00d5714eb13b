// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.training.TrainingListener.EpochReport;

class NamedValuesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final NamedValues SOME =
      NamedValues.NONE.with("first", 0.1 + 0.2).with("second", 3).with("third", Double.NaN);

  @Test
  void should_come_back_from_json_with_all_digits_and_in_order() throws JsonProcessingException {
    String text = JSON.writeValueAsString(SOME);
    assertThat(text).isEqualTo("{\"first\":0.30000000000000004,\"second\":3,\"third\":\"NaN\"}");
    NamedValues back = JSON.readValue(text, NamedValues.class);
    assertThat(back).isEqualTo(SOME);
    assertThat(back.names()).containsExactly("first", "second", "third");
  }

  /** As written into state.json before scores went by names. */
  @Test
  void should_read_an_epoch_of_an_older_checkpoint() throws JsonProcessingException {
    String older =
        "{\"epoch\":0,\"lossName\":\"BiMixCo\",\"training\":{\"total\":3.25,\"contrastive\":0.25,"
            + "\"prior\":0.1,\"meanSquared\":0.0},\"validation\":{\"losses\":{\"total\":2.5,"
            + "\"contrastive\":0.5,\"prior\":0.2,\"meanSquared\":0.0},\"cosine\":0.25,"
            + "\"brainToImage\":0.5,\"imageToBrain\":0.75,\"candidates\":300},\"best\":true}";
    assertThat(JSON.readValue(older, EpochReport.class)).isEqualTo(Reports.epoch(0));
    assertThat(JSON.writeValueAsString(Reports.epoch(0))).isEqualTo(older);
    String state =
        "{\"step\":2,\"epochSum\":{\"total\":0.0,\"contrastive\":0.0,\"prior\":0.0,"
            + "\"meanSquared\":0.0},\"history\":["
            + older
            + "]}";
    RunState read = JSON.readValue(state, RunState.class);
    assertThat(read.endsEpoch()).isTrue();
    assertThat(read.history()).containsExactly(Reports.epoch(0));
  }

  @Test
  void should_refuse_a_text_for_a_number() {
    assertThatThrownBy(() -> JSON.readValue("{\"loss\":\"low\"}", NamedValues.class))
        .hasMessageContaining("loss: expected a number but was \"low\"");
  }

  @Test
  void should_say_which_values_there_are() {
    assertThatThrownBy(() -> SOME.value("fourth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no value 'fourth' but [first, second, third]");
  }

  @Test
  void should_choose_by_the_first_score_that_differs() {
    SelectionRule rule = SelectionRule.by(Score.higher("hits"), Score.lower("error"));
    NamedValues one = NamedValues.NONE.with("hits", 2).with("error", 0.5);
    assertThat(rule.better(one.with("hits", 3).with("error", 9), one)).isTrue();
    assertThat(rule.better(one.with("error", 0.4), one)).isTrue();
    assertThat(rule.better(one.with("error", 0.6), one)).isFalse();
    assertThat(rule.better(one, one)).isFalse();
    assertThatThrownBy(() -> SelectionRule.by(Score.count("pool")))
        .hasMessage("pool: expected a score that says which way is better");
    assertThatThrownBy(() -> SelectionRule.by())
        .hasMessage("scores: expected one to choose by but there is none");
  }

  @Test
  void should_refuse_names_that_are_none() {
    assertThatThrownBy(() -> new LossTerm("total", 1)).hasMessageContaining("but was 'total'");
    assertThatThrownBy(() -> new LossTerm("mse", -1))
        .hasMessage("mse: expected a finite weight of 0 or more but was -1.0");
    assertThatThrownBy(() -> Score.higher("top 1")).hasMessageContaining("but was 'top 1'");
    assertThatThrownBy(() -> new ReportNames(List.of(new LossTerm("mse", 0)), List.of()))
        .hasMessageStartingWith("terms: expected at least one with a weight");
    List<Score> twice = List.of(Score.higher("a"), Score.lower("a"));
    assertThatThrownBy(() -> new ReportNames(List.of(new LossTerm("mse", 1)), twice))
        .hasMessage("the name 'a' is there twice: [a, a]");
  }
}
