// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.clip.ClipTask.PlaceQuestion;
import org.mindeye.training.clip.ClipTask.Question;

class DescriptionTest {
  private static final int RED = 0;
  private static final int BLUE = 1;
  private static final int CAR = 2;
  private static final int FISH = 3;
  private static final ClipTask TASK = new ClipTask(4, 3, List.of(), List.of());
  private static final Description RED_CAR_BLUE_FISH =
      Description.of(Phrase.of(RED, CAR), Phrase.of(BLUE, FISH));
  private static final Description BLUE_CAR_RED_FISH =
      Description.of(Phrase.of(BLUE, CAR), Phrase.of(RED, FISH));

  @FreshManager private NDManager manager;

  @Test
  void should_fit_what_says_more() {
    assertThat(RED_CAR_BLUE_FISH.fits(RED_CAR_BLUE_FISH)).isTrue();
    assertThat(Description.of(Phrase.of(CAR)).fits(RED_CAR_BLUE_FISH)).isTrue();
    assertThat(Description.of(Phrase.of(CAR), Phrase.of(FISH)).fits(RED_CAR_BLUE_FISH)).isTrue();
    assertThat(Description.of().fits(RED_CAR_BLUE_FISH)).isTrue();
    assertThat(RED_CAR_BLUE_FISH.fits(Description.of(Phrase.of(RED, CAR)))).isFalse();
    assertThat(Description.of(Phrase.of(BLUE, CAR)).fits(RED_CAR_BLUE_FISH)).isFalse();
    assertThat(BLUE_CAR_RED_FISH.fits(RED_CAR_BLUE_FISH)).isFalse();
    assertThat(Phrase.of(CAR, RED, CAR)).isEqualTo(Phrase.of(RED, CAR));
  }

  @Test
  void should_mention_a_part_that_depends_on_the_numbers_drawn() {
    List<Description> whole =
        Collections.nCopies(400, Description.of(Phrase.of(0, 1, 2, 3), Phrase.of(1)));
    Mentions all = Mentions.draw(whole, 1, NoiseSource.seeded(1));
    assertThat(all.texts()).isEqualTo(whole);
    Mentions some = Mentions.draw(whole, 0.2, NoiseSource.seeded(1));
    assertThat(Mentions.draw(whole, 0.2, NoiseSource.seeded(1)).texts()).isEqualTo(some.texts());
    double mentioned =
        some.texts().stream()
            .flatMap(text -> text.phrases().stream())
            .mapToInt(phrase -> phrase.words().size())
            .sum();
    assertThat(mentioned / (400 * 5)).isBetween(0.55, 0.65); // the mean of 0.2 and 1
    assertThat(some.texts()).allMatch(text -> text.fits(whole.get(0)));
    assertThat(some.texts().stream().distinct().count()).isGreaterThan(10);
  }

  @Test
  void should_match_every_picture_of_which_a_text_is_true() {
    Mentions mentions =
        new Mentions(
            List.of(Description.of(Phrase.of(CAR)), BLUE_CAR_RED_FISH, Description.of()),
            List.of(RED_CAR_BLUE_FISH, BLUE_CAR_RED_FISH, Description.of(Phrase.of(FISH))));
    assertThat(mentions.matches(manager).toFloatArray()).containsExactly(1, 0, 1, 1, 1, 1, 0, 0, 1);
  }

  @Test
  void should_say_each_word_in_its_phrase() {
    NDArray words = Mentions.words(List.of(RED_CAR_BLUE_FISH, Description.of()), TASK, manager);
    assertThat(words.getShape().getShape()).containsExactly(2, 3, 4);
    float[] expected = new float[24];
    expected[RED] = 1;
    expected[CAR] = 1;
    expected[4 + BLUE] = 1;
    expected[4 + FISH] = 1;
    assertThat(words.toFloatArray()).isEqualTo(expected);
  }

  @Test
  void should_bind_words_to_their_phrase_and_not_to_its_place() {
    Description turned = Description.of(Phrase.of(FISH, BLUE), Phrase.of(CAR, RED));
    try (DescriptionTower tower = new DescriptionTower(TASK, 8, 6)) {
      tower.initialize(Device.cpu(), NoiseSource.seeded(3));
      float[] vectors =
          tower
              .forward(
                  Mentions.words(
                      List.of(RED_CAR_BLUE_FISH, turned, BLUE_CAR_RED_FISH), TASK, manager))
              .array()
              .toFloatArray();
      assertThat(similarity(vectors, 0, 1)).isGreaterThan(0.999999);
      assertThat(similarity(vectors, 0, 2)).isLessThan(0.9999);
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager call = manager.newSubManager()) {
              tower.forward(Mentions.words(List.of(turned), TASK, call));
            }
          });
    }
  }

  private static double similarity(float[] vectors, int a, int b) {
    double sum = 0;
    for (int i = 0; i < 6; i++) {
      sum += vectors[6 * a + i] * vectors[6 * b + i];
    }
    return sum;
  }

  @Test
  void should_refuse_what_says_nothing() {
    assertThatThrownBy(() -> Phrase.of())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("words: a phrase needs at least one");
    assertThatThrownBy(() -> Phrase.of(-1))
        .hasMessage("words: expected numbers from 0 on but found -1");
    assertThatThrownBy(() -> new ClipTask(0, 1, List.of(), List.of()))
        .hasMessage("words: expected at least 1 but was 0");
    assertThatThrownBy(() -> new ClipTask(1, 0, List.of(), List.of()))
        .hasMessage("phrases: expected at least 1 but was 0");
    assertThatThrownBy(() -> new PlaceQuestion("thing", 1))
        .hasMessage("thing: expected at least 2 classes but was 1");
    assertThatThrownBy(() -> new PlaceQuestion("What", 2))
        .hasMessage("a question is called by letters and digits, like category, but was 'What'");
    assertThatThrownBy(() -> new Question("color", List.of(Description.of())))
        .hasMessage("color: expected at least 2 answers but was 1");
    Question beyond =
        new Question("color", List.of(Description.of(), Description.of(Phrase.of(9))));
    assertThatThrownBy(() -> new ClipTask(4, 1, List.of(), List.of(beyond)))
        .isInstanceOf(MindEyeException.class)
        .hasMessage("an answer to color: expected words from 0 to 3 but found 9");
  }
}
