// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mindeye.data.Split;
import org.mindeye.data.simulation.scene.Scene;
import org.mindeye.data.simulation.scene.SceneDescription;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
import org.mindeye.training.clip.ClipTask;
import org.mindeye.training.clip.DescribedPicture;
import org.mindeye.training.clip.Description;

class SceneSetTest {
  @Test
  void should_paint_the_same_scenes_again_and_none_twice() {
    Set<String> seen = new HashSet<>();
    for (SceneSet set : SceneSet.values()) {
      for (Split split : Split.values()) {
        set.labelled(split, 20).pictures().stream()
            .map(picture -> new String(picture.image().content(), StandardCharsets.ISO_8859_1))
            .forEach(seen::add);
      }
    }
    assertThat(seen).hasSize(120);
    assertThat(SceneSet.WORLD.described(Split.TRAIN, 5, 8).fingerprint())
        .isEqualTo(SceneSet.WORLD.described(Split.TRAIN, 5, 8).fingerprint())
        .isNotEqualTo(SceneSet.WORLD.described(Split.TRAIN, 5, 4).fingerprint());
    assertThat(SceneSet.JUDGE.labelled(Split.TRAIN, 5).pictures().get(3).image().origin().key())
        .isEqualTo("train-judged-00003");
  }

  /** Questions have names for all that is asked, and the right answer is what the scene shows. */
  @Test
  void should_describe_what_scenes_show() {
    List<DescribedPicture> pictures = SceneSet.WORLD.described(Split.TRAIN, 60, 8).pictures();
    for (int i = 0; i < pictures.size(); i++) {
      Scene scene = SceneSet.WORLD.scene(Split.TRAIN, i);
      SceneDescription shown = scene.description();
      Description description = pictures.get(i).description();
      assertThat(description.phrases()).hasSize(scene.things().size() + 2);
      assertThat(answer(0, description)).isEqualTo(shown.main().category().ordinal());
      assertThat(answer(1, description)).isEqualTo(shown.main().tint().ordinal());
      assertThat(answer(2, description)).isEqualTo(shown.main().cell().ordinal());
      assertThat(answer(3, description)).isEqualTo(shown.main().size().ordinal() - 1);
      assertThat(answer(4, description)).isEqualTo(shown.texture().ordinal());
      assertThat(answer(5, description)).isEqualTo(shown.ground().ordinal());
      assertThat(answer(6, description)).isEqualTo(shown.light().ordinal());
      assertThat(SceneWords.labels(shown))
          .containsExactly(
              shown.main().category().ordinal(),
              shown.main().tint().ordinal(),
              shown.main().cell().ordinal());
    }
  }

  private static int answer(int question, Description description) {
    List<Description> answers = SceneWords.TASK.questions().get(question).answers();
    List<Description> right = answers.stream().filter(a -> a.fits(description)).toList();
    assertThat(right).hasSize(1);
    return answers.indexOf(right.get(0));
  }

  @Test
  void should_ask_by_name() {
    assertThat(SceneWords.TASK.questions())
        .extracting(ClipTask.Question::name)
        .containsExactly("category", "color", "position", "size", "texture", "ground", "light");
    assertThat(SceneWords.ATTRIBUTES)
        .extracting(Attribute::name)
        .containsExactly("category", "color", "position");
    assertThat(SceneWords.ATTRIBUTES.get(2).classes()).contains("top left", "center");
  }
}
