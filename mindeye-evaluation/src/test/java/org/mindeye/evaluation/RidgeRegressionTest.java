// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.internal.kernel.LinearAlgebra;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.testkit.TensorAssert;

class RidgeRegressionTest {
  @FreshManager private NDManager manager;

  private NDArray random(long seed, int rows, int columns) {
    return NoiseSource.seeded(seed).normal(manager, new Shape(rows, columns));
  }

  /** A linear world with an offset and some noise, always the same weights. */
  private RegressionPairs world(long seed, int samples, int features, int outputs, float noise) {
    NDArray inputs = random(seed, samples, features).add(2);
    NDArray targets =
        inputs
            .matMul(random(99, features, outputs))
            .add(5)
            .add(random(seed + 1000, samples, outputs).mul(noise));
    return new RegressionPairs(inputs, targets);
  }

  private static RidgeConfig only(double lambda) {
    return new RidgeConfig(List.of(lambda), PredictionScore.meanCosine());
  }

  /** The textbook solution {@code (XᵀX + lambda)⁻¹ XᵀY} with centring, in float64. */
  private NDArray primal(RegressionPairs train, NDArray inputs, double lambda) {
    int[] samples = {0};
    NDArray x = train.inputs().toType(DataType.FLOAT64, true);
    NDArray y = train.targets().toType(DataType.FLOAT64, true);
    NDArray meanX = x.mean(samples, true);
    NDArray meanY = y.mean(samples, true);
    NDArray centred = x.sub(meanX);
    NDArray penalty = manager.eye((int) x.getShape().get(1)).toType(DataType.FLOAT64, true);
    NDArray gram = centred.transpose().matMul(centred).add(penalty.mul(lambda));
    NDArray weights = inverse(gram).matMul(centred.transpose().matMul(y.sub(meanY)));
    return inputs.toType(DataType.FLOAT64, true).sub(meanX).matMul(weights).add(meanY);
  }

  private static NDArray inverse(NDArray symmetric) {
    LinearAlgebra.Eigen eigen = LinearAlgebra.symmetricEigen(symmetric);
    return eigen.vectors().div(eigen.values()).matMul(eigen.vectors().transpose());
  }

  @ParameterizedTest
  @CsvSource({"40, 5, 3, 0.1", "40, 5, 3, 1000", "8, 30, 4, 2", "20, 20, 1, 0.5", "2, 3, 2, 1"})
  void should_agree_with_the_primal_closed_form(
      int samples, int features, int outputs, double lambda) {
    RegressionPairs train = world(1, samples, features, outputs, 0.5f);
    NDArray unseen = world(2, 7, features, outputs, 0.5f).inputs();
    try (RidgeRegression ridge = RidgeRegression.fit(train, train, only(lambda))) {
      NDArray predicted = ridge.predict(unseen);
      assertThat(predicted.getDataType()).isEqualTo(DataType.FLOAT32);
      TensorAssert.assertThat(predicted)
          .hasShape(7, outputs)
          .isWithinRelativeL2(primal(train, unseen, lambda).toDoubleArray(), 1e-6);
    }
  }

  @Test
  void should_score_each_penalty_by_what_it_would_predict() {
    RegressionPairs train = world(1, 30, 10, 4, 1f);
    RegressionPairs validation = world(2, 20, 10, 4, 1f);
    RidgeConfig config = RidgeConfig.logSpaced(0.01, 10_000, 7);
    try (RidgeRegression all = RidgeRegression.fit(train, validation, config)) {
      assertThat(all.grid())
          .extracting(RidgeRegression.GridPoint::lambda)
          .containsExactlyElementsOf(config.lambdas());
      for (RidgeRegression.GridPoint point : all.grid()) {
        try (RidgeRegression one = RidgeRegression.fit(train, validation, only(point.lambda()))) {
          NDArray predicted = one.predict(validation.inputs());
          assertThat(PredictionScore.meanCosine().of(predicted, validation.targets()))
              .isCloseTo(point.score(), within(1e-6));
        }
      }
      double best =
          all.grid().stream().mapToDouble(RidgeRegression.GridPoint::score).max().orElseThrow();
      assertThat(all.grid()).contains(new RidgeRegression.GridPoint(all.lambda(), best));
    }
  }

  @Test
  void should_choose_a_strong_penalty_for_noise_and_a_weak_one_for_clean_data() {
    RidgeConfig config = RidgeConfig.logSpaced(0.01, 10_000, 7);
    try (RidgeRegression clean =
            RidgeRegression.fit(world(1, 60, 40, 5, 0.01f), world(2, 50, 40, 5, 0.01f), config);
        RidgeRegression noisy =
            RidgeRegression.fit(world(1, 60, 40, 5, 40f), world(2, 50, 40, 5, 40f), config)) {
      assertThat(clean.lambda()).isLessThan(1);
      assertThat(noisy.lambda()).isGreaterThan(10);
    }
  }

  @Test
  void should_prefer_the_larger_penalty_among_equal_scores() {
    RegressionPairs train = world(1, 10, 3, 2, 1f);
    RidgeConfig config = new RidgeConfig(List.of(1.0, 100.0, 10.0), (p, t) -> 0.5);
    try (RidgeRegression ridge = RidgeRegression.fit(train, train, config)) {
      assertThat(ridge.lambda()).isEqualTo(100);
    }
  }

  @Test
  void should_follow_the_scale_of_inputs_and_targets() {
    RegressionPairs train = world(1, 25, 12, 3, 1f);
    NDArray unseen = world(2, 9, 12, 3, 1f).inputs();
    RegressionPairs scaled = new RegressionPairs(train.inputs().mul(4), train.targets().mul(3));
    try (RidgeRegression ridge = RidgeRegression.fit(train, train, only(2));
        RidgeRegression other = RidgeRegression.fit(scaled, scaled, only(2 * 16))) {
      float[] expected = ridge.predict(unseen).mul(3).toFloatArray();
      TensorAssert.assertThat(other.predict(unseen.mul(4)).flatten())
          .isWithinRelativeL2(expected, 1e-6);
    }
  }

  @Test
  void should_move_with_offsets_because_of_the_intercept() {
    RegressionPairs train = world(1, 25, 12, 3, 1f);
    NDArray unseen = world(2, 9, 12, 3, 1f).inputs();
    RegressionPairs moved = new RegressionPairs(train.inputs().sub(8), train.targets().add(16));
    try (RidgeRegression ridge = RidgeRegression.fit(train, train, only(2));
        RidgeRegression other = RidgeRegression.fit(moved, moved, only(2))) {
      float[] expected = ridge.predict(unseen).add(16).toFloatArray();
      TensorAssert.assertThat(other.predict(unseen.sub(8)).flatten())
          .isWithinRelativeL2(expected, 1e-5);
    }
  }

  @Test
  void should_predict_the_mean_under_an_enormous_penalty() {
    RegressionPairs train = world(1, 25, 12, 3, 1f);
    try (RidgeRegression ridge = RidgeRegression.fit(train, train, only(1e15))) {
      float[] mean = train.targets().mean(new int[] {0}).toFloatArray();
      TensorAssert.assertThat(ridge.predict(random(3, 1, 12)).flatten())
          .isWithinRelativeL2(mean, 1e-6);
    }
  }

  @Test
  void should_retrieve_far_above_chance_in_a_linear_world() {
    RegressionPairs train = world(1, 80, 10, 16, 1f);
    RegressionPairs validation = world(2, 40, 10, 16, 1f);
    RidgeConfig config =
        RidgeConfig.logSpaced(0.1, 10, 3).withScore(PredictionScore.retrieval(ids(40)));
    try (RidgeRegression ridge = RidgeRegression.fit(train, validation, config)) {
      assertThat(ridge.grid()).allMatch(point -> point.score() > 0.5 && point.score() <= 1);
    }
  }

  @Test
  void should_leave_the_callers_tensors_untouched_and_own_its_own() {
    RegressionPairs train = world(1, 20, 4, 2, 1f);
    float[] inputs = train.inputs().toFloatArray();
    float[] targets = train.targets().toFloatArray();
    NDArray unseen = random(3, 5, 4);
    try (RidgeRegression ridge = RidgeRegression.fit(train, train, only(1))) {
      assertThat(train.inputs().toFloatArray()).containsExactly(inputs);
      assertThat(train.targets().toFloatArray()).containsExactly(targets);
      float[] before = ridge.predict(unseen).toFloatArray();
      train.inputs().close();
      train.targets().close();
      assertThat(ridge.predict(unseen).toFloatArray()).containsExactly(before);
    }
  }

  @Test
  void should_not_leak() {
    RegressionPairs train = world(1, 10, 4, 2, 1f);
    RidgeConfig config = RidgeConfig.logSpaced(1, 100, 3);
    LeakCheck.assertNoLeak(
        () -> {
          try (RidgeRegression ridge = RidgeRegression.fit(train, train, config)) {
            ridge.predict(train.inputs()).close();
          }
        });
    NDArray predicted = train.targets().add(1);
    LeakCheck.assertNoLeak(() -> PredictionScore.meanCosine().of(predicted, train.targets()));
    LeakCheck.assertNoLeak(() -> PredictionScore.retrieval(ids(10)).of(predicted, train.targets()));
  }

  private static long[] ids(int count) {
    return LongStream.range(0, count).toArray();
  }
}
