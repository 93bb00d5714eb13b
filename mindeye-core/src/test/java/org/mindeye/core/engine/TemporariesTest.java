// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.mindeye.core.internal.kernel.Gradients;
import org.mindeye.testkit.FreshManager;
import org.mindeye.testkit.LeakCheck;

class TemporariesTest {
  @FreshManager private NDManager manager;

  @Test
  void should_close_everything_but_the_result_and_what_was_there_before() {
    NDArray x = manager.ones(new Shape(3));
    List<NDArray> inner = new ArrayList<>();
    NDArray result =
        Temporaries.freed(
            () -> {
              inner.add(x.add(1));
              inner.add(inner.get(0).mul(2));
              return inner.get(1).sub(1);
            });
    assertThat(inner).allMatch(NDArray::isReleased);
    assertThat(x.isReleased()).isFalse();
    assertThat(result.toFloatArray()).containsExactly(3, 3, 3);
    assertThat(result.getManager()).isSameAs(manager);
    LeakCheck.assertNoLeak(() -> Temporaries.freed(() -> x.add(1).mul(2)).close());
  }

  @Test
  void should_close_each_result_when_the_next_layer_has_read_it() {
    NDArray x = manager.ones(new Shape(3));
    List<NDArray> read = new ArrayList<>();
    List<Long> open = new ArrayList<>();
    UnaryOperator<NDArray> layer =
        y -> {
          open.add(read.stream().filter(each -> !each.isReleased()).count());
          read.add(y);
          return y.add(1).mul(2);
        };
    NDArray result = Temporaries.through(x, List.of(layer, layer, layer));
    assertThat(open).containsExactly(0L, 1L, 1L);
    assertThat(read).filteredOn(NDArray::isReleased).hasSize(2);
    assertThat(x.isReleased()).isFalse();
    assertThat(result.toFloatArray()).containsExactly(22, 22, 22);
    LeakCheck.assertNoLeak(() -> Temporaries.through(x, List.of(layer, layer)).close());
  }

  @Test
  void should_leave_the_result_to_the_scope_around() {
    NDArray x = manager.ones(new Shape(3));
    NDArray result;
    try (CallScope scope = CallScope.open(Device.cpu())) {
      result = Temporaries.freed(() -> x.add(1));
      assertThat(result.isReleased()).isFalse();
    }
    assertThat(result.isReleased()).isTrue();
  }

  @Test
  void should_close_everything_when_the_computation_fails() {
    NDArray x = manager.ones(new Shape(3));
    LeakCheck.assertNoLeak(
        () ->
            assertThatIllegalStateException()
                .isThrownBy(
                    () ->
                        Temporaries.freed(
                            () -> {
                              x.add(1);
                              throw new IllegalStateException("on purpose");
                            })));
  }

  @Test
  void should_keep_what_gradients_need() {
    NDArray x = manager.create(new float[] {2, 3});
    x.setRequiresGradient(true);
    try (GradMode on = GradMode.on()) {
      NDArray cube =
          Temporaries.through(x, List.of(y -> y.mul(y), y -> Temporaries.freed(() -> y.mul(x))));
      NDArray gradient = Gradients.of(cube.sum(), List.of(x)).get(0);
      assertThat(gradient.toFloatArray()).containsExactly(12, 27);
    }
  }
}
