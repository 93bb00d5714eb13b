// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.report;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mindeye.Plural;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.evaluation.PredictionScore;
import org.mindeye.evaluation.RegressionPairs;
import org.mindeye.evaluation.RetrievalScores;
import org.mindeye.evaluation.RidgeConfig;
import org.mindeye.evaluation.RidgeRegression;

/**
 * Linear regression from mean responses to flattened CLIP tokens: what every neural method must
 * beat. The penalty is chosen on the validation split by the same score that is reported.
 *
 * @param scores on the test split
 * @param lambda the chosen penalty
 * @param grid how every penalty did on the validation split
 * @param tokens what it predicts for the test split, {@code [sample][tokens * width]}, if it was to
 *     be kept
 */
public record RidgeBaseline(
    RetrievalScores scores,
    double lambda,
    List<RidgeRegression.GridPoint> grid,
    Optional<float[][]> tokens) {
  private static final int PENALTIES = 13;
  private static final double GIB = 1L << 30;
  private static final double HEAP_SHARE = 0.75;

  /**
   * Whether the regression is known not to fit into memory.
   *
   * @param training samples it is fitted on
   * @param others samples of the other splits
   * @param voxels of a response
   * @param space of the targets
   * @param inHeap whether the targets are there, not in a cache
   * @return the reason to leave it out; empty if it fits
   */
  public static Optional<String> whyNot(
      long training, long others, int voxels, ClipSpace space, boolean inHeap) {
    long heap = Float.BYTES * (training + others) * (3L * voxels + (inHeap ? space.size() : 0));
    if (heap > HEAP_SHARE * Runtime.getRuntime().maxMemory()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "ridge regression, because responses%s of %s take %.1f GiB of heap"
                  + " (a larger one: MINDEYE_JAVA_OPTS=-Xmx%dg)",
              inHeap ? " and targets" : "",
              Plural.of(training + others, "picture"),
              heap / GIB,
              (long) Math.ceil(heap / HEAP_SHARE / GIB)));
    }
    long all = RidgeRegression.memory(training, voxels, space.size());
    MemoryBudget budget = MemoryBudget.of(Device.cpu());
    return budget.allows(all)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "ridge regression, because it takes %.1f GiB of memory, and there are %s",
                all / GIB,
                budget));
  }

  /** Fits on one split, chooses on another, scores on the third. */
  static RidgeBaseline fit(
      EncodedSplit training, EncodedSplit validation, EncodedSplit test, boolean keeping) {
    try (CallScope scope = CallScope.open(Device.cpu())) {
      NDManager manager = scope.manager();
      RidgeConfig config =
          RidgeConfig.logSpaced(1, 1e6, PENALTIES)
              .withScore(PredictionScore.retrieval(validation.imageIds()));
      try (RidgeRegression ridge =
          RidgeRegression.fit(pairs(training, manager), pairs(validation, manager), config)) {
        NDArray predicted = ridge.predict(test.responses(manager));
        RetrievalScores scores =
            RetrievalScores.between(
                ClipVectors.normalized(predicted), test.targets().all(manager), test.imageIds());
        Optional<float[][]> tokens =
            keeping ? Optional.of(Matrices.rows(predicted)) : Optional.empty();
        return new RidgeBaseline(scores, ridge.lambda(), ridge.grid(), tokens);
      }
    }
  }

  private static RegressionPairs pairs(EncodedSplit split, NDManager manager) {
    return new RegressionPairs(split.responses(manager), split.targets().all(manager).array());
  }
}
