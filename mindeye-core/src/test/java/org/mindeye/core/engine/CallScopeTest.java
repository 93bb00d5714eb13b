// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.Test;
import org.mindeye.testkit.LeakCheck;

class CallScopeTest {
  private static final Device CPU = Device.cpu();

  @Test
  void should_free_all_but_what_is_kept() {
    try (NDManager owner = Torch.newManager(CPU)) {
      NDArray outside = owner.ones(new Shape(2));
      NDArray kept;
      NDArray freed;
      try (CallScope scope = CallScope.open(CPU)) {
        freed = outside.mul(2);
        kept = scope.keep(scope.manager().ones(new Shape(2)).add(freed), owner);
      }
      assertThat(freed.isReleased()).isTrue();
      assertThat(kept.getManager()).isSameAs(owner);
      assertThat(kept.toFloatArray()).containsExactly(3, 3);
      assertThat(outside.toFloatArray()).containsExactly(1, 1);
    }
  }

  @Test
  void should_keep_a_result_through_scopes_that_are_open_around_it() {
    try (NDManager owner = Torch.newManager(CPU)) {
      NDArray kept;
      try (CallScope outer = CallScope.open(CPU);
          CallScope inner = CallScope.open(CPU)) {
        kept = inner.keep(outer.manager().ones(new Shape(2)).mul(2), owner);
      }
      assertThat(kept.toFloatArray()).containsExactly(2, 2);
    }
  }

  @Test
  void should_set_and_restore_the_gradient_mode() {
    try (GradMode on = GradMode.on()) {
      try (CallScope inference = CallScope.open(CPU)) {
        assertThat(JniUtils.isGradMode()).isFalse();
        try (CallScope training = CallScope.recording(CPU)) {
          assertThat(JniUtils.isGradMode()).isTrue();
        }
        assertThat(JniUtils.isGradMode()).isFalse();
      }
      assertThat(JniUtils.isGradMode()).isTrue();
    }
  }

  @Test
  void should_close_twice_without_touching_a_later_mode() {
    try (GradMode on = GradMode.on()) {
      CallScope scope = CallScope.open(CPU);
      scope.close();
      try (GradMode off = GradMode.off()) {
        scope.close();
        assertThat(JniUtils.isGradMode()).isFalse();
      }
    }
  }

  @Test
  void should_leave_nothing_behind_when_the_call_fails() {
    LeakCheck.assertNoLeak(
        () -> {
          try (CallScope scope = CallScope.open(CPU)) {
            scope.manager().ones(new Shape(2)).matMul(scope.manager().ones(new Shape(3)));
            throw new AssertionError("the engine multiplied [2] by [3]");
          } catch (RuntimeException expected) {
            assertThat(expected).hasMessageContaining("inconsistent tensor size");
          }
        });
  }
}
