// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;

class SubjectAndSplitTest {
  @Test
  void should_know_the_published_voxel_counts_and_sessions() {
    assertThat(Arrays.stream(Subject.values()).mapToInt(Subject::voxels))
        .containsExactly(15724, 14278, 15226, 13153, 13039, 17907, 12682, 14386);
    assertThat(Arrays.stream(Subject.values()).mapToInt(Subject::sessions))
        .containsExactly(40, 40, 32, 30, 40, 32, 40, 30);
    assertThat(Subject.SUBJ01.trials()).isEqualTo(30_000);
    assertThat(Subject.SUBJ08.trials()).isEqualTo(22_500);
  }

  @Test
  void should_find_subjects_by_number() {
    for (int number = 1; number <= 8; number++) {
      assertThat(Subject.of(number).number()).isEqualTo(number);
    }
    assertThatThrownBy(() -> Subject.of(9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "subject 9: the Natural Scenes Dataset has subjects 1 to 8; data of your own have the"
                + " numbers 9 to 99, and NsdWebDataset.open takes them as a number");
    assertThatThrownBy(() -> Subject.of(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void should_never_choose_a_model_on_the_test_split() {
    assertThat(Split.VALIDATION.requireForSelection()).isSameAs(Split.VALIDATION);
    assertThat(Split.TRAIN.requireForSelection()).isSameAs(Split.TRAIN);
    assertThatThrownBy(Split.TEST::requireForSelection)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the test split cannot choose a model: scores on images a model was chosen on say"
                + " nothing about new images; choose on validation and report on test");
  }

  @Test
  void should_refuse_splits_that_are_used_for_what_they_are_not_for() {
    Splits.requireUses(Split.TRAIN, Split.VALIDATION);
    assertThatThrownBy(() -> Splits.requireUses(Split.VALIDATION, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training split: expected train but was validation");
    assertThatThrownBy(() -> Splits.requireUses(Split.TRAIN, Split.TRAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validation split: expected validation but was train");
    assertThatThrownBy(() -> Splits.requireUses(Split.TRAIN, Split.TEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the test split cannot choose a model");
  }

  @Test
  void should_use_the_published_folder_names() {
    assertThat(Arrays.stream(Split.values()).map(Split::folder))
        .containsExactly("train", "val", "test");
  }

  @Test
  void should_accept_splits_without_a_common_image() {
    List<Trial> twice = List.of(TestTrials.trial(1), TestTrials.trial(1));
    Splits.requireDisjoint(Map.of(Split.TRAIN, twice, Split.TEST, List.of(TestTrials.trial(2))));
  }

  @Test
  void should_name_the_images_that_are_in_two_splits() {
    Map<Split, List<Trial>> splits =
        Map.of(
            Split.TRAIN, TestTrials.trials(30),
            Split.VALIDATION, List.of(TestTrials.trial(7), TestTrials.trial(3)),
            Split.TEST, TestTrials.trials(25).subList(3, 25));
    assertThatThrownBy(() -> Splits.requireDisjoint(splits))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "expected no image in two splits but train and validation share 2, coco ids 1003, 1007;"
                + " expected no image in two splits but train and test share 22, coco ids 1003,"
                + " 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016,"
                + " 1017, 1018, 1019, 1020, 1021, 1022, and 2 more; remove them from one of the"
                + " splits");
  }
}
