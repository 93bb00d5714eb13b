// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Arrays;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.mindeye.Plural;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * How much of each voxel's variance is signal, estimated from repeated presentations of the same
 * stimuli. No model can explain more of the data than this.
 *
 * <p>Source: Allen et al. 2022, "A massive 7T fMRI dataset to bridge cognitive neuroscience and
 * artificial intelligence", Methods, "Noise ceiling estimation". With {@code x[s][r]} the response
 * to repeat {@code r} of stimulus {@code s}:
 *
 * <pre>
 * noise variance  = mean over s of the variance over r of x[s][r]       (divided by repeats - 1)
 * signal variance = max(0, total variance - noise variance)
 * ncsnr           = sqrt(signal variance / noise variance)
 * ceiling(n)      = 100 * ncsnr² / (ncsnr² + 1 / n)                     % of the variance of a mean of n repeats
 * </pre>
 *
 * <p><b>Mixed repeats.</b> Where some stimuli were shown more often than others, the noise variance
 * is the mean over those that were shown at least twice, the total variance is that of all
 * responses, and in the ceiling {@code 1 / n} is the mean of {@code 1 / n[s]} over the stimuli, as
 * in the data set's manual: {@code (A / 3 + B / 2 + C / 1) / (A + B + C)} for A stimuli shown three
 * times, B twice and C once.
 *
 * <p>The total variance is taken over all responses (divided by their number). The original
 * z-scores each session first, which makes it 1; do the same if sessions differ, or their
 * differences count as signal.
 */
public final class NoiseCeiling {
  private final double[] ncsnr;

  private NoiseCeiling(double[] ncsnr) {
    this.ncsnr = ncsnr;
  }

  /**
   * Estimates signal and noise of every voxel.
   *
   * @param responses {@code [samples, repeats, voxels]}, z-scored per voxel and session; at least
   *     two samples, two repeats of one of them, one voxel. Samples may differ in their repeats
   * @return the estimate
   * @throws ShapeMismatchException if there are too few samples or repeats, or the number of voxels
   *     differs
   * @throws NotFiniteException if a value is not finite
   */
  public static NoiseCeiling estimate(float[][][] responses) {
    check(responses);
    int voxels = responses[0][0].length;
    double[] ncsnr = new double[voxels];
    for (int voxel = 0; voxel < voxels; voxel++) {
      double noise = noiseVariance(responses, voxel);
      double signal = Math.max(0, totalVariance(responses, voxel) - noise);
      // A voxel that never varies has no signal; one whose repeats are equal has no noise.
      ncsnr[voxel] = signal == 0 ? 0 : Math.sqrt(signal / noise);
    }
    return new NoiseCeiling(ncsnr);
  }

  /**
   * Takes ratios that were estimated elsewhere, such as those that the data set comes with.
   *
   * @param ncsnr one for each voxel, from 0; copied
   * @return the same as an estimate
   * @throws NotFiniteException if one is NaN or below 0
   */
  public static NoiseCeiling of(double[] ncsnr) {
    for (int voxel = 0; voxel < ncsnr.length; voxel++) {
      if (!(ncsnr[voxel] >= 0)) {
        throw new NotFiniteException(
            "noise ceiling: expected ratios from 0 but voxel "
                + voxel
                + " has "
                + ncsnr[voxel]
                + "; leave it out");
      }
    }
    return new NoiseCeiling(ncsnr.clone());
  }

  private static double noiseVariance(float[][][] responses, int voxel) {
    return Arrays.stream(responses)
        .filter(sample -> sample.length > 1)
        .mapToDouble(sample -> StatUtils.variance(values(sample, voxel)))
        .average()
        .orElseThrow();
  }

  private static double totalVariance(float[][][] responses, int voxel) {
    return StatUtils.populationVariance(
        Arrays.stream(responses)
            .flatMapToDouble(sample -> Arrays.stream(values(sample, voxel)))
            .toArray());
  }

  private static double[] values(float[][] sample, int voxel) {
    return Arrays.stream(sample).mapToDouble(repeat -> repeat[voxel]).toArray();
  }

  private static void check(float[][][] responses) {
    int most = Arrays.stream(responses).mapToInt(sample -> sample.length).max().orElse(0);
    int least = Arrays.stream(responses).mapToInt(sample -> sample.length).min().orElse(0);
    if (responses.length < 2 || most < 2 || least < 1 || responses[0][0].length < 1) {
      String found =
          responses.length == 0
              ? "0 samples"
              : Plural.of(responses.length, "sample") + " of " + repeats(least, most);
      throw new ShapeMismatchException(
          "noise ceiling: expected at least 2 samples, 2 repeats and 1 voxel but found " + found);
    }
    for (int sample = 0; sample < responses.length; sample++) {
      for (float[] voxels : responses[sample]) {
        checkLength("voxels of sample " + sample, responses[0][0].length, voxels.length);
        for (float value : voxels) {
          if (!Float.isFinite(value)) {
            throw new NotFiniteException(
                "noise ceiling: sample " + sample + " holds " + value + "; leave it out");
          }
        }
      }
    }
  }

  private static String repeats(int least, int most) {
    return least == most ? Plural.of(most, "repeat") : least + " to " + Plural.of(most, "repeat");
  }

  private static void checkLength(String what, int expected, int actual) {
    if (expected != actual) {
      throw new ShapeMismatchException(
          "noise ceiling: " + what + ": expected " + expected + " but found " + actual);
    }
  }

  /**
   * The noise-ceiling signal-to-noise ratio: standard deviation of the signal over that of the
   * noise.
   *
   * @return one per voxel, 0 (no signal, or a voxel that never varies) to infinity (equal repeats);
   *     a copy
   */
  public double[] ncsnr() {
    return ncsnr.clone();
  }

  /**
   * The share of variance that is signal when responses are averaged.
   *
   * @param averagedRepeats how many repeats each averaged response is made of, at least 1
   * @return one percentage per voxel, 0 to 100
   * @throws IllegalArgumentException if {@code averagedRepeats < 1}
   */
  public double[] percent(int averagedRepeats) {
    if (averagedRepeats < 1) {
      throw new IllegalArgumentException(
          "averagedRepeats: expected at least 1 but was " + averagedRepeats);
    }
    return percent(1.0 / averagedRepeats);
  }

  private double[] percent(double noise) {
    return Arrays.stream(ncsnr)
        .map(
            ratio -> {
              double power = ratio * ratio;
              return Double.isInfinite(power) ? 100 : 100 * power / (power + noise);
            })
        .toArray();
  }

  /**
   * The share of variance that is signal when responses are averaged, of some stimuli more than of
   * others.
   *
   * @param repeats for each stimulus, how many repeats its average is made of, at least 1
   * @return one percentage per voxel, 0 to 100; as {@link #percent(int)} where all are the same
   * @throws IllegalArgumentException if there are none, or one is less than 1
   */
  public double[] percentOfMixed(int[] repeats) {
    if (repeats.length == 0 || Arrays.stream(repeats).anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException(
          "repeats: expected at least 1 for each stimulus but was " + Arrays.toString(repeats));
    }
    return percent(
        Arrays.stream(repeats).mapToDouble(count -> 1.0 / count).average().orElseThrow());
  }

  /**
   * The median over voxels of {@link #percent(int)}.
   *
   * @param averagedRepeats how many repeats each averaged response is made of, at least 1
   * @return a percentage, 0 to 100
   * @throws IllegalArgumentException if {@code averagedRepeats < 1}
   */
  public double medianPercent(int averagedRepeats) {
    return median(percent(averagedRepeats));
  }

  /**
   * The median over voxels of {@link #percentOfMixed}.
   *
   * @param repeats for each stimulus, how many repeats its average is made of, at least 1
   * @return a percentage, 0 to 100
   * @throws IllegalArgumentException if there are none, or one is less than 1
   */
  public double medianPercentOfMixed(int[] repeats) {
    return median(percentOfMixed(repeats));
  }

  private static double median(double[] percentages) {
    return new Percentile().withEstimationType(EstimationType.R_7).evaluate(percentages, 50);
  }
}
