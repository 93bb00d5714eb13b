package org.mindeye.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadsTest {
  @Test
  void should_count_the_engines_threads() {
    assertThat(Threads.insideOperations()).isPositive();
    assertThat(Threads.betweenOperations()).isPositive();
  }
}
