// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import java.util.Arrays;
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
   *     two samples, two repeats, one voxel
   * @return the estimate
   * @throws ShapeMismatchException if there are too few samples or repeats, or an axis is ragged
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

  private static double noiseVariance(float[][][] responses, int voxel) {
    double sum = 0;
    for (float[][] sample : responses) {
      double mean = 0;
      for (float[] repeat : sample) {
        mean += repeat[voxel];
      }
      mean /= sample.length;
      double squares = 0;
      for (float[] repeat : sample) {
        squares += (repeat[voxel] - mean) * (repeat[voxel] - mean);
      }
      sum += squares / (sample.length - 1);
    }
    return sum / responses.length;
  }

  private static double totalVariance(float[][][] responses, int voxel) {
    long count = (long) responses.length * responses[0].length;
    double mean = 0;
    for (float[][] sample : responses) {
      for (float[] repeat : sample) {
        mean += repeat[voxel];
      }
    }
    mean /= count;
    double squares = 0;
    for (float[][] sample : responses) {
      for (float[] repeat : sample) {
        squares += (repeat[voxel] - mean) * (repeat[voxel] - mean);
      }
    }
    return squares / count;
  }

  private static void check(float[][][] responses) {
    if (responses.length < 2 || responses[0].length < 2 || responses[0][0].length < 1) {
      String found =
          responses.length == 0
              ? "0 samples"
              : Plural.of(responses.length, "sample")
                  + " of "
                  + Plural.of(responses[0].length, "repeat");
      throw new ShapeMismatchException(
          "noise ceiling: expected at least 2 samples, 2 repeats and 1 voxel but found " + found);
    }
    for (int sample = 0; sample < responses.length; sample++) {
      checkLength("repeats of sample " + sample, responses[0].length, responses[sample].length);
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
    return Arrays.stream(ncsnr).map(ratio -> percent(ratio, averagedRepeats)).toArray();
  }

  private static double percent(double ratio, int averagedRepeats) {
    if (Double.isInfinite(ratio)) {
      return 100;
    }
    double power = ratio * ratio;
    return 100 * power / (power + 1.0 / averagedRepeats);
  }

  /**
   * The median over voxels of {@link #percent(int)}.
   *
   * @param averagedRepeats how many repeats each averaged response is made of, at least 1
   * @return a percentage, 0 to 100
   * @throws IllegalArgumentException if {@code averagedRepeats < 1}
   */
  public double medianPercent(int averagedRepeats) {
    double[] sorted = percent(averagedRepeats);
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
