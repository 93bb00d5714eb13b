// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
 * <p>With centred {@code X} and {@code Y}, solved by the smaller of two decompositions: where there
 * are fewer samples than features, in the dual form, {@code X Xᵀ = V diag(w) Vᵀ} and {@code W = Xᵀ
 * V (diag(w) + lambda)⁻¹ Vᵀ Y}; otherwise in the primal form, {@code Xᵀ X = V diag(w) Vᵀ} and
 * {@code W = V (diag(w) + lambda)⁻¹ Vᵀ Xᵀ Y}. One decomposition serves all penalties. All
 * arithmetic is float64; predictions are float32. {@link #memory} says how much native memory
 * fitting takes; the fitted model keeps {@code 8 * samples * (features + outputs)} bytes of it in
 * the dual form, {@code 8 * features * outputs} in the primal one, until it is closed.
 *
 * <p>The fitted model is safe for concurrent callers.
 *
 * <p>The penalty is chosen by its score on validation pairs. Never pass test pairs here: a penalty
 * chosen on the test set makes the baseline look better than it is.
 */
public final class RidgeRegression implements AutoCloseable {
  private static final String REMEDY = "repair these samples or leave them out";

  private final Lifetime lifetime;
  private final Representation representation;
  private final NDArray targetMean;

  /** {@code [representation, outputs]}. */
  private final NDArray weights;

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
      NDManager manager, Solver solver, NDArray weights, GridPoint best, List<GridPoint> grid) {
    lifetime = Lifetime.of("RidgeRegression", manager::close);
    this.representation = solver.representation;
    this.targetMean = solver.targetMean;
    this.weights = weights;
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
      NDArray weights = scope.keep(solver.weights(best.lambda), manager);
      solver.representation.arrays().forEach(array -> scope.keep(array, manager));
      scope.keep(solver.targetMean, manager);
      return opened.done(new RidgeRegression(manager, solver, weights, best, grid));
    }
  }

  /**
   * About how much native memory {@link #fit} takes.
   *
   * @param samples of the training pairs
   * @param features of an input
   * @param outputs of a target
   * @return bytes
   */
  public static long memory(long samples, long features, long outputs) {
    long smaller = Math.min(samples, features);
    return Double.BYTES
        * (2 * samples * (features + outputs) + 3 * smaller * smaller + 2 * smaller * outputs);
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
          .axis("features", representation.features())
          .check(inputs);
      Finite.require("ridge inputs", inputs, REMEDY);
      return predicted(inputs);
    }
  }

  private NDArray predicted(NDArray inputs) {
    try (CallScope scope = CallScope.open(inputs.getDevice())) {
      NDArray predicted = representation.of(inputs).matMul(weights).add(targetMean);
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

  /**
   * What a response is decomposed into: the products with all training inputs where there are fewer
   * of them than features (dual form), else the features themselves (primal form).
   *
   * @param inputMean {@code [1, features]}
   * @param training {@code [training samples, features]}, centred; empty in the primal form
   */
  private record Representation(NDArray inputMean, Optional<NDArray> training) {
    NDArray of(NDArray inputs) {
      NDArray centred = float64(inputs).sub(inputMean);
      return training.map(rows -> centred.matMul(rows.transpose())).orElse(centred);
    }

    long features() {
      return inputMean.getShape().get(1);
    }

    List<NDArray> arrays() {
      return Stream.concat(Stream.of(inputMean), training.stream()).toList();
    }
  }

  /** The decomposition all penalties share. */
  private static final class Solver {
    private final Representation representation;
    private final NDArray targetMean;
    private final NDArray eigenvalues;
    private final NDArray eigenvectors;

    /** The targets in the basis of the eigenvectors, {@code [representation, outputs]}. */
    private final NDArray rotatedTargets;

    Solver(RegressionPairs train) {
      NDArray inputs = float64(train.inputs());
      NDArray targets = float64(train.targets());
      int[] overSamples = {0};
      NDArray inputMean = inputs.mean(overSamples, true);
      NDArray centred = inputs.sub(inputMean);
      targetMean = targets.mean(overSamples, true);
      NDArray centredTargets = targets.sub(targetMean);
      boolean dual = inputs.getShape().get(0) < inputs.getShape().get(1);
      representation =
          new Representation(inputMean, dual ? Optional.of(centred) : Optional.empty());
      NDArray transposed = centred.transpose();
      LinearAlgebra.Eigen eigen =
          LinearAlgebra.symmetricEigen(
              dual ? centred.matMul(transposed) : transposed.matMul(centred));
      // Neither product has negative eigenvalues; rounding makes some of the zeros negative.
      eigenvalues = eigen.values().maximum(Torch.scalar(eigen.values(), 0));
      eigenvectors = eigen.vectors();
      rotatedTargets =
          eigenvectors
              .transpose()
              .matMul(dual ? centredTargets : transposed.matMul(centredTargets));
    }

    /** {@code [samples, representation]}: inputs in the basis of the eigenvectors. */
    NDArray project(NDArray inputs) {
      return representation.of(inputs).matMul(eigenvectors);
    }

    NDArray predict(NDArray projected, double lambda) {
      return projected
          .div(eigenvalues.add(lambda))
          .matMul(rotatedTargets)
          .add(targetMean)
          .toType(DataType.FLOAT32, false);
    }

    /** {@code [representation, outputs]}. */
    NDArray weights(double lambda) {
      return eigenvectors.div(eigenvalues.add(lambda)).matMul(rotatedTargets);
    }
  }
}
