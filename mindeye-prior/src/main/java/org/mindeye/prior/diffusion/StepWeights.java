// SPDX-License-Identifier: Apache-2.0
package org.mindeye.prior.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A step of a sampler as a weighted sum: {@code sample x + predictions[0] m0 + predictions[1] m1 +
 * … + noise z}, with the prediction of the clean sample at this step, {@code m0}, those of the
 * steps before, and standard normal {@code z}. Solvers of any order are sums of this kind.
 *
 * @param sample weight of the noisy sample
 * @param predictions weights of the predictions of the clean sample, newest first, at least one
 * @param noise weight of fresh noise
 */
public record StepWeights(double sample, List<Double> predictions, double noise) {
  /** Copies the list and refuses numbers that are not finite. */
  public StepWeights {
    predictions = List.copyOf(predictions);
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException("predictions: expected at least one weight but was none");
    }
    boolean finite =
        DoubleStream.concat(
                DoubleStream.of(sample, noise),
                predictions.stream().mapToDouble(Double::doubleValue))
            .allMatch(Double::isFinite);
    if (!finite) {
      throw new IllegalArgumentException(
          "step: expected finite weights but was sample "
              + sample
              + ", predictions "
              + predictions
              + ", noise "
              + noise
              + "; no step leads between these noise levels");
    }
  }

  /** A step to the prediction itself, which ends sampling. */
  static StepWeights toPrediction() {
    return of(0, 0, 1);
  }

  static StepWeights of(double sample, double noise, double... predictions) {
    return new StepWeights(sample, Arrays.stream(predictions).boxed().toList(), noise);
  }
}
