// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;

/** How good predictions are, as one number. */
@FunctionalInterface
public interface PredictionScore {
  /**
   * Scores predictions.
   *
   * @param predicted {@code [samples, outputs]}, float32; freed after the call
   * @param targets {@code [samples, outputs]}, the truth, row by row
   * @return a number that is larger for better predictions, never NaN
   */
  double of(NDArray predicted, NDArray targets);

  /**
   * The mean cosine of each prediction and its target; a prediction or target of length zero counts
   * 0.
   *
   * @return a score in [-1, 1]
   */
  static PredictionScore meanCosine() {
    return (predicted, targets) -> {
      try (CallScope scope = CallScope.open(predicted.getDevice())) {
        int[] perRow = {1};
        NDArray truth = targets.toType(DataType.FLOAT32, false);
        NDArray products = predicted.mul(truth).sum(perRow);
        NDArray lengths = predicted.norm(2, perRow, false).mul(truth.norm(2, perRow, false));
        return products
            .div(lengths.maximum(Torch.scalar(lengths, Float.MIN_NORMAL)))
            .mean()
            .getFloat();
      }
    };
  }

  /**
   * Top-1 retrieval by cosine: the mean of both directions over all samples.
   *
   * @param imageIds the image of each sample; samples of the same image are answers to each other
   * @return a score in [0, 1]
   */
  static PredictionScore retrieval(long[] imageIds) {
    long[] ids = imageIds.clone();
    return (predicted, targets) -> {
      RetrievalScores scores =
          RetrievalScores.of(SimilarityMatrix.cosine("brain", predicted, "image", targets), ids);
      return (scores.brainToImage().top1() + scores.imageToBrain().top1()) / 2;
    };
  }
}
