// SPDX-License-Identifier: Apache-2.0
package org.mindeye.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.tensor.TensorSpec;
import org.mindeye.core.tensor.TensorView;
import org.mindeye.testkit.FreshManager;

/** A custom view, as the Javadoc of {@link TensorView} shows it. */
class OwnViewTest {
  @FreshManager private NDManager manager;

  private static final class DepthMaps implements TensorView {
    private static final TensorSpec SPEC =
        TensorSpec.of("depth maps").axis("batch").axis("height").axis("width");
    private final NDArray array;

    private DepthMaps(NDArray array) {
      this.array = array;
    }

    static DepthMaps of(NDArray array) {
      return new DepthMaps(SPEC.check(array));
    }

    @Override
    public NDArray array() {
      return SPEC.alive(array);
    }
  }

  @Test
  void should_check_and_guard_its_tensor_as_the_others_do() {
    NDArray array = manager.ones(new Shape(2, 3, 4));
    DepthMaps maps = DepthMaps.of(array);
    assertThat(maps.batch()).isEqualTo(2);
    assertThat(maps.array()).isSameAs(array);
    assertThatThrownBy(() -> DepthMaps.of(manager.ones(new Shape(2, 3))))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage("depth maps: expected [batch, height, width] but was [2, 3]");
    array.close();
    assertThatThrownBy(maps::array)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("depth maps: this tensor is freed");
  }
}
