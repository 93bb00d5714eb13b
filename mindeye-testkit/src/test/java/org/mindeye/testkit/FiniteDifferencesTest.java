// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FiniteDifferencesTest {
  private static final ToDoubleFunction<double[]> CUBE = x -> x[0] * x[0] * x[0] + 2 * x[1];

  @Test
  void should_differentiate_without_changing_the_point() {
    double[] at = {2, 5};
    assertThat(FiniteDifferences.ALL.derivative(CUBE, at, 0)).isCloseTo(12, offset(1e-8));
    assertThat(at).containsExactly(2, 5);
  }

  @Test
  void should_accept_the_gradient_and_refuse_another() {
    double[] at = {2, 5};
    FiniteDifferences.ALL.assertGradient("cube", CUBE, at, new double[] {12, 2}, 1e-8);
    assertThatThrownBy(
            () ->
                FiniteDifferences.ALL.assertGradient("cube", CUBE, at, new double[] {12, 3}, 1e-3))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("[gradient of cube] relative L2 error");
    assertThatThrownBy(
            () -> FiniteDifferences.ALL.assertGradient("cube", CUBE, at, new double[1], 1))
        .hasMessage("cube: 2 coordinates but a gradient of 1");
  }

  @Test
  void should_try_only_some_coordinates() {
    double[] wrongInSecond = {12, 99};
    FiniteDifferences one = new FiniteDifferences(1e-5, 1);
    assertThatCode(() -> one.assertGradient("cube", CUBE, new double[] {2, 5}, wrongInSecond, 1e-8))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new FiniteDifferences(0, 1)).hasMessageContaining("positive");
  }

  @Test
  void should_judge_tensors_and_free_every_evaluation() {
    try (NDManager manager = TestEngine.newManager()) {
      NDArray at = ParityGenerator.input(manager, 1, new Shape(2, 3));
      NDArray gradient = at.mul(2);
      UnaryOperator<NDArray> squares = x -> x.square().sum();
      FiniteDifferences.ALL.assertGradient("squares", squares, at, gradient, 1e-6);
      LeakCheck.assertNoLeak(
          () -> FiniteDifferences.ALL.assertGradient("squares", squares, at, gradient, 1e-6));
    }
  }
}
