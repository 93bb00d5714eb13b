// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import java.util.Arrays;
import java.util.List;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.NoiseCeiling;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.SimilarityMatrix;

/**
 * The noise ceiling of retrieval: an observer that knows every picture's noise-free response, and
 * how noisy each voxel is, and picks the most likely picture. Only its estimate of the noise, from
 * the repeats, is imperfect.
 */
final class IdealObserver {
  /** Repeats that are equal have an infinite ratio; this one leaves a millionth of noise. */
  private static final double CERTAIN = 1000;

  private IdealObserver() {}

  /**
   * Scores the observer.
   *
   * @param test the test split
   * @param signal {@code [picture][voxel]}: noise-free responses, deviation 1
   * @param ceiling signal and noise of each voxel, estimated from the repeats
   */
  static RetrievalScores score(EncodedSplit test, float[][] signal, NoiseCeiling ceiling) {
    List<Trial> trials = test.trials();
    double[] ncsnr = ceiling.ncsnr();
    float[][] posterior = new float[trials.size()][];
    for (int i = 0; i < trials.size(); i++) {
      float[] response = trials.get(i).meanVoxels();
      double[] likelihood = new double[signal.length];
      for (int j = 0; j < signal.length; j++) {
        likelihood[j] = logLikelihood(response, signal[j], ncsnr, trials.get(i).repeats());
      }
      posterior[i] = logPosterior(likelihood);
    }
    return RetrievalScores.of(SimilarityMatrix.of("brain", "image", posterior), test.imageIds());
  }

  /**
   * Bayes' rule over all pictures. The picture a response decides for stays the same, but without
   * it the responses to one picture could not be compared: small ones are likely under any picture.
   */
  private static float[] logPosterior(double[] logLikelihood) {
    double most = Arrays.stream(logLikelihood).max().orElseThrow();
    double evidence =
        most + Math.log(Arrays.stream(logLikelihood).map(l -> Math.exp(l - most)).sum());
    float[] posterior = new float[logLikelihood.length];
    for (int j = 0; j < posterior.length; j++) {
      posterior[j] = (float) (logLikelihood[j] - evidence);
    }
    return posterior;
  }

  /** Up to a constant. A z-scored response is signal and noise whose variances add up to 1. */
  private static double logLikelihood(
      float[] response, float[] signal, double[] ncsnr, int repeats) {
    double sum = 0;
    for (int v = 0; v < response.length; v++) {
      double ratio = Math.min(ncsnr[v], CERTAIN);
      double total = 1 + ratio * ratio;
      double gain = ratio / Math.sqrt(total);
      double error = response[v] - gain * signal[v];
      sum -= error * error * repeats * total / 2;
    }
    return sum;
  }
}
