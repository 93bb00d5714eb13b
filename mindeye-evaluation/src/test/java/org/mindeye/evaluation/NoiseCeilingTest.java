// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

class NoiseCeilingTest {
  /** Signal and noise of known size: total variance 1 per voxel. */
  private static float[][][] responses(int samples, int repeats, double[] ncsnr, long seed) {
    NoiseSource noise = NoiseSource.seeded(seed);
    float[][][] result = new float[samples][repeats][ncsnr.length];
    float[] signal = new float[ncsnr.length];
    for (float[][] sample : result) {
      noise.normal(signal);
      for (float[] repeat : sample) {
        noise.normal(repeat);
        for (int voxel = 0; voxel < ncsnr.length; voxel++) {
          double scale = 1 / Math.sqrt(1 + ncsnr[voxel] * ncsnr[voxel]);
          repeat[voxel] = (float) (scale * (ncsnr[voxel] * signal[voxel] + repeat[voxel]));
        }
      }
    }
    return result;
  }

  @Test
  void should_recover_a_known_signal_to_noise_ratio() {
    double[] truth = {0.5, 1, 2};
    NoiseCeiling ceiling = NoiseCeiling.estimate(responses(20_000, 3, truth, 1));
    for (int voxel = 0; voxel < truth.length; voxel++) {
      assertThat(ceiling.ncsnr()[voxel]).isCloseTo(truth[voxel], within(0.03));
    }
    // 1 / (1 + 1/3) = 75 % for a mean of three repeats, 50 % for a single one.
    assertThat(ceiling.percent(3)[1]).isCloseTo(75, within(1.0));
    assertThat(ceiling.percent(1)[1]).isCloseTo(50, within(1.0));
    assertThat(ceiling.medianPercent(3)).isEqualTo(ceiling.percent(3)[1]);
  }

  @Test
  void should_be_the_variance_a_perfect_model_explains() {
    double[] truth = {0.8};
    int samples = 20_000;
    float[][][] data = responses(samples, 3, truth, 2);
    float[][][] again = responses(samples, 3, new double[] {1e9}, 2);
    double[] means = new double[samples];
    double[] signal = new double[samples];
    for (int i = 0; i < samples; i++) {
      means[i] = (data[i][0][0] + data[i][1][0] + data[i][2][0]) / 3;
      signal[i] = again[i][0][0];
    }
    double explained = 100 * Math.pow(correlation(means, signal), 2);
    assertThat(NoiseCeiling.estimate(data).percent(3)[0]).isCloseTo(explained, within(1.5));
  }

  private static double correlation(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void should_compute_the_formula_by_hand() {
    // Within-sample variances 2 and 2, so noise 2; all values 1, 3, 5, 7: total variance 5.
    NoiseCeiling ceiling = NoiseCeiling.estimate(new float[][][] {{{1}, {3}}, {{5}, {7}}});
    assertThat(ceiling.ncsnr()[0]).isCloseTo(Math.sqrt(1.5), within(1e-12));
    assertThat(ceiling.percent(2)[0]).isCloseTo(75, within(1e-9));
  }

  /** Of three stimuli, one was shown once: it has no noise of its own, but is a response. */
  @Test
  void should_take_stimuli_with_different_repeats() {
    // Noise variance: mean of 2 and 2. All values 1, 3, 5, 7, 9: total variance 8.
    NoiseCeiling ceiling = NoiseCeiling.estimate(new float[][][] {{{1}, {3}}, {{5}, {7}}, {{9}}});
    assertThat(ceiling.ncsnr()[0]).isCloseTo(Math.sqrt(3), within(1e-12));
    // (1/2 + 1/2 + 1) / 3 in the place of 1/n.
    assertThat(ceiling.percentOfMixed(new int[] {2, 2, 1})[0])
        .isCloseTo(300 / (3 + 2 / 3.0), within(1e-9));
    assertThat(ceiling.medianPercentOfMixed(new int[] {2, 2, 1}))
        .isEqualTo(ceiling.percentOfMixed(new int[] {2, 2, 1})[0]);
  }

  @Test
  void should_agree_with_equal_repeats_where_none_differs() {
    NoiseCeiling ceiling = NoiseCeiling.of(new double[] {0.2, 0, Double.POSITIVE_INFINITY, 1.5});
    assertThat(ceiling.percentOfMixed(new int[] {3, 3, 3, 3, 3}))
        .containsExactly(ceiling.percent(3), within(1e-9));
    // 515 images three times, 985 twice and 10 once.
    int[] mixed = new int[1510];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = i < 515 ? 3 : i < 1500 ? 2 : 1;
    }
    double noise = (515 / 3.0 + 985 / 2.0 + 10) / 1510;
    assertThat(ceiling.percentOfMixed(mixed))
        .containsExactly(
            new double[] {4 / (0.04 + noise), 0, 100, 225 / (2.25 + noise)}, within(1e-9));
  }

  @Test
  void should_recover_the_ratio_from_mixed_repeats() {
    float[][][] data = responses(20_000, 3, new double[] {0.7}, 4);
    for (int i = 0; i < data.length; i++) {
      data[i] = Arrays.copyOf(data[i], 1 + i % 3);
    }
    assertThat(NoiseCeiling.estimate(data).ncsnr()[0]).isCloseTo(0.7, within(0.03));
  }

  @Test
  void should_find_no_signal_in_noise_and_no_noise_in_equal_repeats() {
    // Voxels: repeats that differ more than samples; equal repeats; never varies.
    float[][][] data = {{{1, 1, 4}, {-1, 1, 4}}, {{1, 3, 4}, {-1, 3, 4}}};
    NoiseCeiling ceiling = NoiseCeiling.estimate(data);
    assertThat(ceiling.ncsnr()).containsExactly(0, Double.POSITIVE_INFINITY, 0);
    assertThat(ceiling.percent(3)).containsExactly(0, 100, 0);
    assertThat(ceiling.medianPercent(3)).isZero();
  }

  @Test
  void should_average_the_two_middle_voxels() {
    NoiseCeiling ceiling =
        NoiseCeiling.estimate(new float[][][] {{{1, 1}, {3, 1}}, {{5, 3}, {7, 3}}});
    assertThat(ceiling.medianPercent(2)).isCloseTo(87.5, within(1e-9));
  }

  @Test
  void should_refuse_data_without_repeats() {
    assertThatThrownBy(() -> NoiseCeiling.estimate(new float[][][] {{{1}}, {{2}}}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "noise ceiling: expected at least 2 samples, 2 repeats and 1 voxel but found 2"
                + " samples of 1 repeat");
    assertThatThrownBy(() -> NoiseCeiling.estimate(new float[0][][]))
        .hasMessageEndingWith("found 0 samples");
  }

  @Test
  void should_name_the_sample_that_differs() {
    assertThatThrownBy(() -> NoiseCeiling.estimate(new float[][][] {{{1}, {2}}, {{2}, {3, 4}}}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("noise ceiling: voxels of sample 1: expected 1 but found 2");
    assertThatThrownBy(
            () -> NoiseCeiling.estimate(new float[][][] {{{1}, {2}}, {{2}, {Float.NaN}}}))
        .hasMessage("noise ceiling: sample 1 holds NaN; leave it out");
  }

  @Test
  void should_refuse_ratios_and_repeats_that_are_none() {
    assertThatThrownBy(() -> NoiseCeiling.of(new double[] {0.5, -1}))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage("noise ceiling: expected ratios from 0 but voxel 1 has -1.0; leave it out");
    NoiseCeiling ceiling = NoiseCeiling.of(new double[] {0.5});
    assertThatThrownBy(() -> ceiling.percentOfMixed(new int[] {3, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("repeats: expected at least 1 for each stimulus but was [3, 0]");
    assertThatThrownBy(() -> ceiling.medianPercentOfMixed(new int[0]))
        .hasMessage("repeats: expected at least 1 for each stimulus but was []");
    assertThatThrownBy(() -> NoiseCeiling.estimate(new float[][][] {{{1}, {2}}, {}}))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessageEndingWith("but found 2 samples of 0 to 2 repeats");
  }

  @Test
  void should_refuse_to_average_nothing() {
    NoiseCeiling ceiling = NoiseCeiling.estimate(new float[][][] {{{1}, {3}}, {{5}, {7}}});
    assertThatThrownBy(() -> ceiling.percent(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("averagedRepeats: expected at least 1 but was 0");
  }
}
