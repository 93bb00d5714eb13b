// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class RidgeRefusalTest {
  @FreshManager private NDManager manager;
  private final RidgeConfig config = RidgeConfig.logSpaced(1, 10, 2);
  private RegressionPairs good;

  @BeforeEach
  void draw() {
    good = pairs(6, 3, 2);
  }

  private RegressionPairs pairs(int samples, int features, int outputs) {
    NoiseSource noise = NoiseSource.seeded(1);
    return new RegressionPairs(
        noise.normal(manager, new Shape(samples, features)),
        noise.normal(manager, new Shape(samples, outputs)));
  }

  @Test
  void should_refuse_inputs_and_targets_of_different_samples() {
    assertThatThrownBy(() -> new RegressionPairs(good.inputs(), good.targets().get("0:4")))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("regression targets: expected [samples=6, outputs] but was [4, 2]");
  }

  @Test
  void should_refuse_validation_pairs_of_another_shape() {
    assertThatThrownBy(() -> RidgeRegression.fit(good, pairs(6, 4, 2), config))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("validation inputs: expected [samples, features=3] but was [6, 4]");
    assertThatThrownBy(() -> RidgeRegression.fit(good, pairs(6, 3, 1), config))
        .hasMessage("validation targets: expected [samples, outputs=2] but was [6, 1]");
  }

  @Test
  void should_refuse_a_single_sample() {
    assertThatThrownBy(() -> RidgeRegression.fit(pairs(1, 3, 2), good, config))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("ridge regression: expected at least 2 training samples but was 1");
  }

  @Test
  void should_refuse_values_that_are_not_finite_and_free_everything() {
    NDArray bad = manager.create(new float[] {1, 2, Float.NaN, 4, 5, 6}).reshape(3, 2);
    RegressionPairs broken = new RegressionPairs(good.inputs().get("0:3"), bad);
    assertThatThrownBy(() -> RidgeRegression.fit(good, broken, config))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "validation targets: expected finite numbers but 1 are NaN or infinite, in 1 of 3"
                + " samples (number 1, from 0); repair these samples or leave them out");
    try (RidgeRegression ridge = RidgeRegression.fit(good, good, config)) {
      NDArray odd = good.inputs().get("0:3").duplicate();
      odd.set(new NDIndex("2, 0"), Float.POSITIVE_INFINITY);
      assertThatThrownBy(() -> ridge.predict(odd))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageStartingWith(
              "ridge inputs: expected finite numbers but 1 are NaN or infinite, in 1 of 3 samples"
                  + " (number 2, from 0)");
    }
    LeakCheck.assertNoLeak(
        () ->
            assertThatThrownBy(() -> RidgeRegression.fit(good, broken, config))
                .isInstanceOf(MindEyeException.class));
  }

  @Test
  void should_refuse_a_score_that_is_not_finite_and_free_everything() {
    RidgeConfig broken = config.withScore((predicted, targets) -> Double.NaN);
    LeakCheck.assertNoLeak(
        () ->
            assertThatThrownBy(() -> RidgeRegression.fit(good, good, broken))
                .isInstanceOf(NotFiniteException.class)
                .hasMessage("the score of lambda=1.0 is NaN; check the score"));
  }

  @Test
  void should_refuse_other_features_and_use_after_close() {
    RidgeRegression ridge = RidgeRegression.fit(good, good, config);
    assertThatThrownBy(() -> ridge.predict(pairs(2, 5, 1).inputs()))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("ridge inputs: expected [samples, features=3] but was [2, 5]");
    ridge.close();
    ridge.close();
    assertThatThrownBy(() -> ridge.predict(good.inputs()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("RidgeRegression is closed; closing is final, so make a new one");
  }

  @Test
  void should_refuse_impossible_penalties() {
    PredictionScore score = PredictionScore.meanCosine();
    assertThatThrownBy(() -> new RidgeConfig(List.of(), score))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lambdas: expected at least one penalty");
    assertThatThrownBy(() -> new RidgeConfig(List.of(1.0, 0.0), score))
        .hasMessage("lambdas: expected positive, finite penalties but found 0.0");
    assertThatThrownBy(() -> RidgeConfig.logSpaced(10, 1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "penalties: expected 0 < from < to and at least 2 of them but was from=10.0, to=1.0,"
                + " count=3");
  }

  @Test
  void should_space_penalties_at_equal_ratios() {
    List<Double> lambdas = RidgeConfig.logSpaced(0.1, 1000, 5).lambdas();
    double[] expected = {0.1, 1, 10, 100, 1000};
    for (int i = 0; i < expected.length; i++) {
      assertThat(lambdas.get(i)).isCloseTo(expected[i], within(expected[i] * 1e-12));
    }
  }

  @Test
  void should_score_a_zero_vector_with_zero_cosine() {
    NDArray predicted = manager.create(new float[] {0, 0, 3, 4}).reshape(2, 2);
    NDArray targets = manager.create(new float[] {1, 0, 6, 8}).reshape(2, 2);
    assertThat(PredictionScore.meanCosine().of(predicted, targets)).isCloseTo(0.5, within(1e-7));
  }
}
