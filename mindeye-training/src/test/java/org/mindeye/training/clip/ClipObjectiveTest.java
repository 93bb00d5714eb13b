// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mindeye.data.Split;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.LossProbe;

class ClipObjectiveTest {
  private static final double SCALE = 1 / 0.07;

  @FreshManager private NDManager manager;

  private Map<String, NDArray> terms(ClipLossConfig config, ClipTowers towers, int pictures) {
    List<DescribedPicture> batch = TinyTowers.split(Split.TRAIN, pictures).pictures();
    return new ClipObjective(config, towers).evaluate(batch, LossProbe.context(manager, 0, 4, 1));
  }

  /** Over the answers of each question, never those of another one. */
  @Test
  void should_ask_every_question_of_every_picture() {
    try (ClipTowers towers = TinyTowers.towers(1)) {
      NDArray term = terms(ClipLossConfig.standard(), towers, 5).get("questions");
      double sum = 0;
      for (DescribedPicture picture : TinyTowers.split(Split.TRAIN, 5).pictures()) {
        double[] image = TinyTowers.image(towers, picture, manager);
        for (ClipTask.Question question : TinyTowers.TASK.questions()) {
          double all = 0;
          double right = Double.NaN;
          for (int answer = 0; answer < question.answers().size(); answer++) {
            double[] text = TinyTowers.text(towers, question.answers().get(answer), manager);
            double logit = SCALE * TinyTowers.dot(image, text);
            all += Math.exp(logit);
            right = answer == question.right(picture) ? logit : right;
          }
          sum += Math.log(all) - right;
        }
      }
      assertThat((double) term.getFloat())
          .isCloseTo(sum / (5 * TinyTowers.TASK.questions().size()), within(1e-5));
    }
  }

  @Test
  void should_leave_out_what_weighs_nothing() {
    try (ClipTowers towers = TinyTowers.towers(1)) {
      assertThat(terms(new ClipLossConfig(1, 0, 1, 0.1), towers, 3))
          .containsOnlyKeys("contrastive", "places");
      assertThat(terms(new ClipLossConfig(1, 1, 0, 0.1), towers, 3))
          .containsOnlyKeys("contrastive", "questions");
    }
  }
}
