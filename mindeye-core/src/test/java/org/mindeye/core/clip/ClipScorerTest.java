// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.Antialias;
import org.mindeye.core.tensor.ClipPixels;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

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

  /**
   * Pictures as much larger than the network reads as painted ones are, 512 to 224 pixels: without
   * averaging as published, with it where the encoder says so.
   */
  @Test
  void should_shrink_pictures_as_the_encoder_does() {
    ImageBatch painted = ClipFixtures.images(manager, 8, 3, 128, 128);
    ClipEncoderConfig config = ClipEncoderConfig.paper(ClipFixtures.MINI);
    ClipEncoderConfig smooth =
        config.withPreprocessing(config.preprocessing().withAntialias(Antialias.ON));
    ClipVectors brain =
        ClipVectors.of(clip.encodeTokens(images, manager).toUnitVectors().array().get("0:1"));
    float[] published = ClipScorer.ofTokens(clip).score(painted, brain);
    float[] plain = plainScores(painted, brain.array().toFloatArray());
    TensorAssert.assertThat(published).isWithinAbsolute(plain, 1e-5);
    try (ClipScorer other =
        ClipScorer.ofTokens(ClipImageEncoder.of(ClipFixtures.miniNetwork(), smooth))) {
      float[] averaged = other.score(painted, brain);
      for (int i = 0; i < 3; i++) {
        assertThat(Math.abs(averaged[i] - published[i])).isGreaterThan(1e-3f);
      }
    }
  }

  /** Cosines of the network's tokens, all of them over the class token's length. */
  private static float[] plainScores(ImageBatch painted, float[] brain) {
    float[] source = painted.array().toFloatArray();
    float[] pixels = new float[3 * 3 * 56 * 56];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i / 3136 % 3;
      double value = bicubic(source, i / 3136 * 16_384, i / 56 % 56, i % 56);
      pixels[i] =
          (float)
              ((value - ClipPreprocessing.MEAN.get(channel))
                  / ClipPreprocessing.DEVIATION.get(channel));
    }
    NDArray input = Torch.copy(manager, pixels, new Shape(3, 3, 56, 56));
    float[] scores = new float[3];
    try (ClipVisionTransformer network = ClipFixtures.miniNetwork()) {
      float[] tokens = network.forward(ClipPixels.of(input)).tokens().array().toFloatArray();
      for (int i = 0; i < 3; i++) {
        double product = 0;
        double squares = 0;
        for (int j = 0; j < brain.length; j++) {
          double value = tokens[i * brain.length + j];
          product += value * brain[j];
          squares += value * value;
        }
        scores[i] = (float) (product / Math.sqrt(squares)); // the class token's length cancels out
      }
    }
    return scores;
  }

  /** One of 56 x 56 pixels of a channel of 128 x 128, from 4 x 4 of them. */
  private static double bicubic(float[] source, int channel, int row, int column) {
    double y = (row + 0.5) * 128 / 56 - 0.5;
    double x = (column + 0.5) * 128 / 56 - 0.5;
    double sum = 0;
    for (int i = (int) Math.floor(y) - 1; i < Math.floor(y) + 3; i++) {
      for (int j = (int) Math.floor(x) - 1; j < Math.floor(x) + 3; j++) {
        int nearest = Math.min(Math.max(i, 0), 127) * 128 + Math.min(Math.max(j, 0), 127);
        sum += weight(Math.abs(y - i)) * weight(Math.abs(x - j)) * source[channel + nearest];
      }
    }
    return sum;
  }

  private static double weight(double d) {
    double a = -0.75;
    return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
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
