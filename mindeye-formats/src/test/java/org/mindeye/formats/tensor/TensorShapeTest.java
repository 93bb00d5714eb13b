// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorShapeTest {
  @Test
  void should_be_a_value() {
    long[] axes = {2, 3};
    TensorShape shape = new TensorShape(axes);
    axes[0] = 7;
    shape.axes()[1] = 7;
    assertThat(shape).isEqualTo(new TensorShape(2, 3)).hasSameHashCodeAs(new TensorShape(2, 3));
    assertThat(shape).isNotEqualTo(new TensorShape(3, 2)).isNotEqualTo(new TensorShape(2, 3, 1));
    assertThat(shape.dimension()).isEqualTo(2);
    assertThat(shape.get(1)).isEqualTo(3);
    assertThat(shape.size()).isEqualTo(6);
    assertThat(shape).hasToString("(2, 3)");
  }

  @Test
  void should_know_scalars_and_nothing() {
    assertThat(new TensorShape().size()).isEqualTo(1);
    assertThat(new TensorShape()).hasToString("()");
    assertThat(new TensorShape(4, 0).size()).isZero();
    assertThatThrownBy(() -> new TensorShape(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("negative axis in shape [2, -1]");
  }
}
