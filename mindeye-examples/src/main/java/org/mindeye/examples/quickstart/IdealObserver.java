package org.mindeye.examples.quickstart;

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
  private IdealObserver() {}

  /**
   * Scores the observer.
   *
   * @param trials the test split
   * @param signal {@code [picture][voxel]}: noise-free responses, deviation 1
   * @param ceiling signal and noise of each voxel, estimated from the repeats
   */
  static RetrievalScores score(List<Trial> trials, float[][] signal, NoiseCeiling ceiling) {
    double[] ncsnr = ceiling.ncsnr();
    float[][] likelihood = new float[trials.size()][trials.size()];
    for (int i = 0; i < trials.size(); i++) {
      float[] response = trials.get(i).meanVoxels();
      for (int j = 0; j < signal.length; j++) {
        likelihood[i][j] =
            (float) logLikelihood(response, signal[j], ncsnr, trials.get(i).repeats());
      }
    }
    return RetrievalScores.of(SimilarityMatrix.of("brain", "image", likelihood));
  }

  /** Up to a constant. A z-scored response is signal and noise whose variances add up to 1. */
  private static double logLikelihood(
      float[] response, float[] signal, double[] ncsnr, int repeats) {
    double sum = 0;
    for (int v = 0; v < response.length; v++) {
      double total = 1 + ncsnr[v] * ncsnr[v];
      double gain = ncsnr[v] / Math.sqrt(total);
      double error = response[v] - gain * signal[v];
      sum -= error * error * repeats * total / 2;
    }
    return sum;
  }
}
