// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GradModeTest {
  @Test
  void should_nest_and_restore() {
    Torch.engine();
    boolean before = JniUtils.isGradMode();
    try (GradMode on = GradMode.on()) {
      try (GradMode off = GradMode.off()) {
        assertThat(JniUtils.isGradMode()).isFalse();
      }
      assertThat(JniUtils.isGradMode()).isTrue();
    }
    assertThat(JniUtils.isGradMode()).isEqualTo(before);
  }

  @Test
  void should_switch_this_thread_only() {
    try (GradMode off = GradMode.off()) {
      CompletableFuture<Boolean> other = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try (GradMode on = GradMode.on()) {
                  other.complete(JniUtils.isGradMode());
                }
              });
      thread.start();
      assertThat(other.join()).isTrue();
      assertThat(JniUtils.isGradMode()).isFalse();
    }
  }
}
