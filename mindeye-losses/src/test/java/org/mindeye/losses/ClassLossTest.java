// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.ClipVectors;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.testkit.FiniteDifferences;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class ClassLossTest {
  private static final double[] LOGITS = {0.5, -1, 2, 0, 3, -0.25};
  private static final long[] CLASSES = {2, 0};

  @FreshManager private NDManager manager;

  private NDArray logits() {
    return Torch.copy(manager, LOGITS, new Shape(2, 3), DataType.FLOAT64);
  }

  private NDArray classes() {
    return Torch.copy(manager, CLASSES, new Shape(2));
  }

  @Test
  void should_be_the_mean_surprise_at_the_right_classes() {
    double first = 2 - Math.log(Math.exp(0.5) + Math.exp(-1) + Math.exp(2));
    double second = 0 - Math.log(Math.exp(0) + Math.exp(3) + Math.exp(-0.25));
    assertThat(ClassLoss.evaluateUnchecked(logits(), classes()).getDouble())
        .isCloseTo(-(first + second) / 2, offset(1e-12));
    NDArray even = manager.zeros(new Shape(2, 3), DataType.FLOAT64);
    assertThat(ClassLoss.evaluateUnchecked(even, classes()).getDouble())
        .isCloseTo(Math.log(3), offset(1e-12));
  }

  @Test
  void should_have_the_gradient_of_finite_differences() {
    NDArray leaf = logits();
    NDArray gradient =
        Vectors.gradient(ClipVectors.of(leaf), x -> ClassLoss.evaluateUnchecked(x, classes()));
    FiniteDifferences.ALL.assertGradient(
        "logits", x -> ClassLoss.evaluateUnchecked(x, classes()), logits(), gradient, 1e-6);
  }

  @Test
  void should_leave_no_native_memory_behind() {
    NDArray logits = logits();
    NDArray classes = classes();
    LeakCheck.assertNoLeak(() -> ClassLoss.evaluateUnchecked(logits, classes).close());
    assertThat(ClassLoss.evaluateUnchecked(logits, classes).getManager()).isSameAs(manager);
  }

  @Test
  void should_refuse_what_does_not_fit() {
    assertThatThrownBy(() -> ClassLoss.evaluateUnchecked(logits(), manager.zeros(new Shape(3))))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("classes: expected one for each sample, (2), but was (3)");
  }
}
