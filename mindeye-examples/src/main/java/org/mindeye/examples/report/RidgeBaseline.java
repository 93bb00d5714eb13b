package org.mindeye.examples.report;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.evaluation.PredictionScore;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.RidgeOptions;
import org.mindeye.evaluation.RidgeRegression;

/**
 * Linear regression from mean responses to flattened CLIP tokens: what every neural method must
 * beat. The penalty is chosen on the validation split by the very score that is reported.
 *
 * @param scores on the test split
 * @param lambda the chosen penalty
 * @param grid how every penalty did on the validation split
 */
public record RidgeBaseline(
    RetrievalScores scores, double lambda, List<RidgeRegression.GridPoint> grid) {
  private static final int PENALTIES = 13;

  /** Fits on one split, chooses on another, scores on the third. */
  static RidgeBaseline fit(EncodedSplit training, EncodedSplit validation, EncodedSplit test) {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      RidgeOptions options =
          RidgeOptions.logSpaced(1, 1e6, PENALTIES)
              .withScore(PredictionScore.retrieval(validation.imageIds()));
      try (RidgeRegression ridge =
          RidgeRegression.fit(pairs(training, manager), pairs(validation, manager), options)) {
        NDArray predicted = ridge.predict(test.responses(manager));
        RetrievalScores scores =
            RetrievalScores.between(
                ClipVectors.normalized(predicted), test.targets().all(manager), test.imageIds());
        return new RidgeBaseline(scores, ridge.lambda(), ridge.grid());
      }
    }
  }

  private static RegressionPairs pairs(EncodedSplit split, NDManager manager) {
    return new RegressionPairs(split.responses(manager), split.targets().all(manager).array());
  }
}
