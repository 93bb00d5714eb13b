// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.LinearAlgebra;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * Linear regression with a squared penalty and an intercept, the baseline every network has to
 * beat: {@code min |Y - X W - b|² + lambda |W|²}.
 *
 * <p>Solved in the dual form, since there are usually fewer samples than voxels: with centred
 * {@code X} and {@code Y}, {@code K = X Xᵀ = V diag(w) Vᵀ} and {@code W = Xᵀ V (diag(w) + lambda)⁻¹
 * Vᵀ Y}. One decomposition serves all penalties. All arithmetic is float64; predictions are
 * float32.
 *
 * <p>Native memory while fitting, in bytes: about {@code 8 * samples * (3 * samples + features + 3
 * * outputs)}. The fitted model keeps {@code 8 * samples * (features + outputs)} until it is
 * closed.
 *
 * <p>The fitted model is safe for concurrent callers.
 *
 * <p>The penalty is chosen by its score on validation pairs. Never pass test pairs here: a penalty
 * chosen on the test set makes the baseline look better than it is.
 */
public final class RidgeRegression implements AutoCloseable {
  private static final String REMEDY = "repair these samples or leave them out";

  private final Lifetime lifetime;
  private final NDArray inputMean;
  private final NDArray centredInputs;
  private final NDArray targetMean;
  private final NDArray dualWeights;
  private final GridPoint best;
  private final List<GridPoint> grid;

  /**
   * One penalty and how it did.
   *
   * @param lambda the penalty
   * @param score its score on the validation pairs
   */
  public record GridPoint(double lambda, double score) {}

  private RidgeRegression(
      NDManager manager, Solver solver, NDArray dualWeights, GridPoint best, List<GridPoint> grid) {
    lifetime = Lifetime.of("RidgeRegression", manager::close);
    this.inputMean = solver.inputMean;
    this.centredInputs = solver.centredInputs;
    this.targetMean = solver.targetMean;
    this.dualWeights = dualWeights;
    this.best = best;
    this.grid = List.copyOf(grid);
  }

  /**
   * Fits on the training pairs with every penalty and keeps the one that scores best on the
   * validation pairs; among equal scores, the largest penalty.
   *
   * @param train what is fitted, at least two samples
   * @param validation what decides between penalties; not the test set
   * @param config penalties and score
   * @return the model; the caller closes it
   * @throws ShapeMismatchException if train and validation differ in features or outputs, or there
   *     is only one training sample
   * @throws NotFiniteException if a value is not finite, or a score is NaN
   */
  public static RidgeRegression fit(
      RegressionPairs train, RegressionPairs validation, RidgeConfig config) {
    check(train, validation);
    Device device = train.inputs().getDevice();
    try (CloseOnFailure opened = new CloseOnFailure();
        CallScope scope = CallScope.open(device)) {
      NDManager manager = opened.add(Torch.newManager(device));
      Solver solver = new Solver(train);
      List<GridPoint> grid = score(solver, validation, config);
      GridPoint best = best(grid);
      NDArray dualWeights = scope.keep(solver.dualWeights(best.lambda), manager);
      scope.keep(solver.inputMean, manager);
      scope.keep(solver.centredInputs, manager);
      scope.keep(solver.targetMean, manager);
      return opened.done(new RidgeRegression(manager, solver, dualWeights, best, grid));
    }
  }

  private static void check(RegressionPairs train, RegressionPairs validation) {
    if (train.inputs().getShape().get(0) < 2) {
      throw new ShapeMismatchException(
          "ridge regression: expected at least 2 training samples but was 1");
    }
    TensorSpec.of("validation inputs")
        .axis("samples")
        .axis("features", train.inputs().getShape().get(1))
        .check(validation.inputs());
    TensorSpec.of("validation targets")
        .axis("samples")
        .axis("outputs", train.targets().getShape().get(1))
        .check(validation.targets());
    Finite.require("training inputs", train.inputs(), REMEDY);
    Finite.require("training targets", train.targets(), REMEDY);
    Finite.require("validation inputs", validation.inputs(), REMEDY);
    Finite.require("validation targets", validation.targets(), REMEDY);
  }

  private static List<GridPoint> score(
      Solver solver, RegressionPairs validation, RidgeConfig config) {
    List<GridPoint> grid = new ArrayList<>();
    NDArray projected = solver.project(validation.inputs());
    for (double lambda : config.lambdas()) {
      try (CallScope scope = CallScope.open(projected.getDevice())) {
        NDArray predicted = solver.predict(projected, lambda);
        double score = config.score().of(predicted, validation.targets());
        if (Double.isNaN(score)) {
          throw new NotFiniteException(
              "the score of lambda=" + lambda + " is NaN; check the score");
        }
        grid.add(new GridPoint(lambda, score));
      }
    }
    return grid;
  }

  private static GridPoint best(List<GridPoint> grid) {
    GridPoint best = grid.get(0);
    for (GridPoint point : grid) {
      if (point.score > best.score || (point.score == best.score && point.lambda > best.lambda)) {
        best = point;
      }
    }
    return best;
  }

  /**
   * Predicts.
   *
   * @param inputs {@code [samples, features]}, on the model's device; read only
   * @return {@code [samples, outputs]}, float32, owned by the inputs' manager
   * @throws ShapeMismatchException if the number of features differs from the training inputs'
   * @throws IllegalStateException after {@link #close()}
   */
  public NDArray predict(NDArray inputs) {
    try (Lifetime.Call call = lifetime.enter()) {
      TensorSpec.of("ridge inputs")
          .axis("samples")
          .axis("features", centredInputs.getShape().get(1))
          .check(inputs);
      Finite.require("ridge inputs", inputs, REMEDY);
      return predicted(inputs);
    }
  }

  private NDArray predicted(NDArray inputs) {
    try (CallScope scope = CallScope.open(inputs.getDevice())) {
      NDArray similarity = float64(inputs).sub(inputMean).matMul(centredInputs.transpose());
      NDArray predicted = similarity.matMul(dualWeights).add(targetMean);
      return scope.keep(predicted.toType(DataType.FLOAT32, false), inputs.getManager());
    }
  }

  /**
   * The chosen penalty.
   *
   * @return one of the grid
   */
  public double lambda() {
    return best.lambda;
  }

  /**
   * How all penalties did, to be printed next to the chosen one: a best value at either end of the
   * grid calls for a wider grid.
   *
   * @return one point per penalty, in the order of the configuration
   */
  public List<GridPoint> grid() {
    return grid;
  }

  /** Frees the model, after waiting for predictions in flight; see {@link Lifetime#close()}. */
  @Override
  public void close() {
    lifetime.close();
  }

  private static NDArray float64(NDArray array) {
    return array.toType(DataType.FLOAT64, false);
  }

  /** The decomposition all penalties share. */
  private static final class Solver {
    private final NDArray inputMean;
    private final NDArray centredInputs;
    private final NDArray targetMean;
    private final NDArray eigenvalues;
    private final NDArray eigenvectors;

    /** The targets in the basis of the eigenvectors, {@code [samples, outputs]}. */
    private final NDArray rotatedTargets;

    Solver(RegressionPairs train) {
      NDArray inputs = float64(train.inputs());
      NDArray targets = float64(train.targets());
      int[] overSamples = {0};
      inputMean = inputs.mean(overSamples, true);
      centredInputs = inputs.sub(inputMean);
      targetMean = targets.mean(overSamples, true);
      LinearAlgebra.Eigen eigen =
          LinearAlgebra.symmetricEigen(centredInputs.matMul(centredInputs.transpose()));
      // The kernel has no negative eigenvalues; rounding makes some of the zeros negative.
      eigenvalues = eigen.values().maximum(Torch.scalar(eigen.values(), 0));
      eigenvectors = eigen.vectors();
      rotatedTargets = eigenvectors.transpose().matMul(targets.sub(targetMean));
    }

    /** {@code [samples, training samples]}: inputs in the basis of the eigenvectors. */
    NDArray project(NDArray inputs) {
      return float64(inputs).sub(inputMean).matMul(centredInputs.transpose()).matMul(eigenvectors);
    }

    NDArray predict(NDArray projected, double lambda) {
      return projected
          .div(eigenvalues.add(lambda))
          .matMul(rotatedTargets)
          .add(targetMean)
          .toType(DataType.FLOAT32, false);
    }

    /** {@code [training samples, outputs]}. */
    NDArray dualWeights(double lambda) {
      return eigenvectors.div(eigenvalues.add(lambda)).matMul(rotatedTargets);
    }
  }
}
