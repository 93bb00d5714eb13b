// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  void should_count_the_engines_threads() {
    assertThat(Threads.intraOp()).isPositive();
    assertThat(Threads.interOp()).isPositive();
  }
}
