// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ClipScorerTest {
  @FreshManager private static NDManager manager;
  private static ClipImageEncoder clip;
  private static ImageBatch images;

  @BeforeAll
  static void open() {
    clip = ClipImageEncoder.of(ClipFixtures.miniNetwork());
    images = ClipFixtures.goldenImages(manager);
  }

  @AfterAll
  static void close() {
    ClipScorer.ofTokens(clip).close();
    assertThatThrownBy(() -> clip.encodeTokens(images, manager))
        .isInstanceOf(IllegalStateException.class);
  }

  /** A brain that says the second picture: its own cosine is 1, the other's what the tokens say. */
  private static void check(ClipScorer scorer, ClipTokens tokens) {
    float[] unit = tokens.toUnitVectors().array().toFloatArray();
    int width = unit.length / 2;
    double cosine = 0;
    for (int i = 0; i < width; i++) {
      cosine += (double) unit[i] * unit[width + i];
    }
    ClipVectors brain = ClipVectors.of(tokens.toUnitVectors().array().get("1:2"));
    float[] scores = scorer.score(images, brain);
    assertThat(scores).hasSize(2);
    assertThat(scores[0]).isCloseTo((float) cosine, within(1e-5f));
    assertThat(scores[1]).isCloseTo(1, within(1e-5f));
    assertThat(cosine).isLessThan(0.999);
  }

  @Test
  void should_compare_all_tokens_or_the_final_embedding() {
    ClipScorer tokens = ClipScorer.ofTokens(clip);
    ClipScorer pooled = ClipScorer.ofPooled(clip);
    assertThat(tokens.space()).isEqualTo(clip.space());
    assertThat(pooled.space()).isEqualTo(clip.finalSpace());
    assertThat(tokens.device()).isEqualTo(Device.cpu());
    check(tokens, clip.encodeTokens(images, manager));
    check(pooled, clip.encodePooled(images, manager));
  }

  @Test
  void should_refuse_a_brain_of_another_space() {
    ClipVectors brain = clip.encodePooled(images, manager).toUnitVectors();
    assertThatThrownBy(() -> ClipScorer.ofTokens(clip).score(images, brain))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageStartingWith("brain: expected [batch=1, width=");
  }

  @Test
  void should_leave_nothing_behind() {
    ClipScorer scorer = ClipScorer.ofPooled(clip);
    ClipVectors brain =
        ClipVectors.of(clip.encodePooled(images, manager).toUnitVectors().array().get("0:1"));
    LeakCheck.assertNoLeak(() -> scorer.score(images, brain));
  }
}
