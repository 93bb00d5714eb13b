// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.GradMode;
import org.mindeye.core.engine.Torch;
import org.mindeye.testkit.LeakCheck;

/** The kernels of a training step. None opens a scope, and none leaves more than its result. */
class GradientsTest {
  private static final Device CPU = Device.cpu();

  private static NDArray leaf(NDManager manager, float... values) {
    NDArray leaf = manager.create(values);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  @Test
  void should_differentiate_and_return_null_for_what_is_not_on_the_graph() {
    try (CallScope scope = CallScope.recording(CPU)) {
      NDArray a = leaf(scope.manager(), 1, 2);
      NDArray b = leaf(scope.manager(), 3, 4);
      List<NDArray> found = Gradients.of(a.mul(a).sum(), List.of(b, a));
      assertThat(found.get(0)).isNull();
      assertThat(found.get(1).toFloatArray()).containsExactly(2, 4);
      assertThat(Gradients.of(a.sum(), List.of())).isEmpty();
    }
  }

  @Test
  void should_lay_gradients_out_row_by_row() {
    try (CallScope scope = CallScope.recording(CPU)) {
      NDArray matrix = scope.manager().ones(new Shape(2, 3));
      matrix.setRequiresGradient(true);
      NDArray factors = scope.manager().arange(6f).reshape(3, 2);
      NDArray loss = matrix.transpose().mul(factors).sum();
      NDArray moment = scope.manager().zeros(new Shape(2, 3));
      AdamWKernel.step(
          new AdamWKernel.Hyper(0, 0.5, 0.999, 0, 1e-8),
          List.of(scope.manager().ones(new Shape(2, 3))),
          Gradients.of(loss, List.of(matrix)),
          List.of(moment),
          List.of(scope.manager().zeros(new Shape(2, 3))),
          List.of(scope.manager().zeros(new Shape())));
      assertThat(moment.toFloatArray()).containsExactly(0, 1, 2, 0.5f, 1.5f, 2.5f);
    }
  }

  @Test
  void should_take_the_norm_over_all_tensors() {
    try (CallScope scope = CallScope.open(CPU)) {
      NDArray a = scope.manager().create(new float[] {3, 0});
      NDArray b = scope.manager().create(new float[][] {{0}, {4}});
      assertThat(Gradients.norms(List.of(a, b), List.of()))
          .containsExactly(new double[] {3, 4, 5}, within(1e-6));
    }
  }

  @Test
  void should_refuse_a_loss_without_a_graph() {
    try (NDManager manager = Torch.newManager(CPU);
        GradMode off = GradMode.off()) {
      NDArray a = leaf(manager, 1, 2);
      assertThatIllegalStateException()
          .isThrownBy(() -> Gradients.of(a.sum(), List.of(a)))
          .withMessageStartingWith("loss: it depends on nothing that requires gradients");
    }
  }

  @Test
  void should_leave_nothing_behind_outside_a_scope() {
    try (NDManager manager = Torch.newManager(CPU);
        GradMode on = GradMode.on()) {
      NDArray a = leaf(manager, 1, 2);
      NDArray b = leaf(manager, 1, 2);
      NDArray slope = manager.ones(new Shape(2));
      NDArray first = manager.zeros(new Shape(2));
      NDArray second = manager.zeros(new Shape(2));
      NDArray steps = manager.zeros(new Shape());
      LeakCheck.assertNoLeak(
          () -> {
            try (NDArray square = a.mul(a);
                NDArray loss = square.sum()) {
              Gradients.of(loss, List.of(a, b)).get(0).close();
            }
            Gradients.norms(List.of(slope, slope), List.of());
            AdamWKernel.step(
                new AdamWKernel.Hyper(0.1, 0.9, 0.999, 0, 1e-8),
                List.of(a),
                List.of(slope),
                List.of(first),
                List.of(second),
                List.of(steps));
          });
      assertThat(steps.getFloat()).isEqualTo(103);
    }
  }
}
