package org.mindeye.examples.quickstart;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.kernel.CallScope;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.PredictionScore;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.RidgeOptions;
import org.mindeye.evaluation.RidgeRegression;
import org.mindeye.training.CachedTargets;

/**
 * Linear regression from mean responses to flattened CLIP tokens: what every neural method must
 * beat. The penalty is chosen on the validation split by the very score that is reported.
 *
 * @param scores on the test split
 * @param lambda the chosen penalty
 * @param grid how every penalty did on the validation split
 */
record RidgeBaseline(RetrievalScores scores, double lambda, List<RidgeRegression.GridPoint> grid) {
  private static final int PENALTIES = 13;

  static RidgeBaseline fit(QuickstartData data) {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      RidgeOptions options =
          RidgeOptions.logSpaced(1, 1e6, PENALTIES).withScore(PredictionScore.retrieval(ids(data.validation())));
      try (RidgeRegression ridge =
          RidgeRegression.fit(
              pairs(data.training(), data.trainingTargets(), manager),
              pairs(data.validation(), data.validationTargets(), manager),
              options)) {
        NDArray predicted = ridge.predict(inputs(data.test(), manager));
        RetrievalScores scores =
            RetrievalScores.between(
                ClipVectors.normalized(predicted), data.testTargets().all(manager), ids(data.test()));
        return new RidgeBaseline(scores, ridge.lambda(), ridge.grid());
      }
    }
  }

  private static long[] ids(List<Trial> trials) {
    return trials.stream().mapToLong(Trial::cocoId).toArray();
  }

  private static RegressionPairs pairs(
      List<Trial> trials, CachedTargets targets, NDManager manager) {
    return new RegressionPairs(inputs(trials, manager), targets.all(manager).array());
  }

  private static NDArray inputs(List<Trial> trials, NDManager manager) {
    int voxels = trials.get(0).voxelCount();
    float[] flat = new float[trials.size() * voxels];
    for (int i = 0; i < trials.size(); i++) {
      trials.get(i).copyMeanVoxels(flat, i * voxels);
    }
    return Torch.copy(manager, flat, new Shape(trials.size(), voxels));
  }
}
