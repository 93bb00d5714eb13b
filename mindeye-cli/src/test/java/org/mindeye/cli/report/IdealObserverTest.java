// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.NoiseCeiling;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.SimilarityMatrix;

class IdealObserverTest {
  private static final int PICTURES = 200;
  private static final int REPEATS = 3;

  private final float[][] signal = new float[PICTURES][];
  private final float[][][] responses = new float[PICTURES][REPEATS][];

  /** Signal of deviation 1; responses are scaled so that their deviation is 1 too. */
  private void simulate(int voxels, double ncsnr) {
    for (int i = 0; i < PICTURES; i++) {
      signal[i] = new float[voxels];
      NoiseSource.seeded(1, i).normal(signal[i]);
      for (int r = 0; r < REPEATS; r++) {
        float[] noise = new float[voxels];
        NoiseSource.seeded(2, i, r).normal(noise);
        responses[i][r] = new float[voxels];
        double scale = Math.sqrt(1 + 1 / (ncsnr * ncsnr));
        for (int v = 0; v < voxels; v++) {
          responses[i][r][v] = (float) ((signal[i][v] + noise[v] / ncsnr) / scale);
        }
      }
    }
  }

  private static List<Trial> trials(float[][][] responses) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < responses.length; i++) {
      SampleOrigin origin = SampleOrigin.memory("sample" + i);
      EncodedImage image =
          EncodedImage.png(origin, new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB));
      trials.add(new Trial(origin, image, responses[i], i, new long[] {0, 1, 2}, REPEATS));
    }
    return trials;
  }

  private RetrievalScores score() {
    return IdealObserver.score(
        new EncodedSplit(trials(responses), null), signal, NoiseCeiling.estimate(responses));
  }

  /** Nearest by inner product: no knowledge of the noise. */
  private RetrievalScores naive() {
    List<Trial> trials = trials(responses);
    float[][] products = new float[PICTURES][PICTURES];
    for (int i = 0; i < PICTURES; i++) {
      float[] mean = trials.get(i).meanVoxels();
      for (int j = 0; j < PICTURES; j++) {
        for (int v = 0; v < mean.length; v++) {
          products[i][j] += mean[v] * signal[j][v];
        }
      }
    }
    return RetrievalScores.of(SimilarityMatrix.of("brain", "image", products));
  }

  @Test
  void should_beat_chance_and_miss_some_in_noise() {
    simulate(12, 0.5);
    RetrievalScores scores = score();

    assertThat(scores.brainToImage().top1()).isBetween(0.1, 0.95);
    assertThat(scores.imageToBrain().top1()).isBetween(0.1, 0.95);
  }

  /** No method does better with less knowledge, in either direction. */
  @Test
  void should_not_lose_to_an_observer_who_knows_less() {
    for (double ncsnr : new double[] {0.3, 0.5, 1}) {
      simulate(12, ncsnr);
      RetrievalScores ideal = score();
      RetrievalScores naive = naive();

      assertThat(ideal.brainToImage().top1())
          .isGreaterThanOrEqualTo(naive.brainToImage().top1() - 0.01);
      assertThat(ideal.imageToBrain().top1())
          .isGreaterThanOrEqualTo(naive.imageToBrain().top1() - 0.01);
    }
  }

  @Test
  void should_find_every_picture_without_noise() {
    for (double ncsnr : new double[] {1e3, 1e6, Double.POSITIVE_INFINITY}) {
      simulate(12, ncsnr);
      RetrievalScores scores = score();

      assertThat(scores.brainToImage().top1()).as("ncsnr %s", ncsnr).isCloseTo(1, within(0.0));
      assertThat(scores.imageToBrain().top1()).as("ncsnr %s", ncsnr).isCloseTo(1, within(0.0));
    }
  }

  @Test
  void should_ignore_voxels_without_signal() {
    simulate(12, 2);
    RetrievalScores before = score();
    for (float[][] picture : responses) {
      for (int r = 0; r < REPEATS; r++) {
        picture[r] = Arrays.copyOf(picture[r], 13);
      }
    }
    for (int i = 0; i < PICTURES; i++) {
      signal[i] = Arrays.copyOf(signal[i], 13);
      signal[i][12] = i % 2 * 2 - 1;
    }

    assertThat(score().brainToImage().top1()).isEqualTo(before.brainToImage().top1());
    assertThat(score().imageToBrain().top1()).isEqualTo(before.imageToBrain().top1());
  }
}
