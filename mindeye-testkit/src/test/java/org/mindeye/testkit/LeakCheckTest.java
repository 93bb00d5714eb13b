// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  @Test
  void should_count_arrays_and_managers_at_any_depth() {
    LeakCheck.Census before = LeakCheck.census();
    try (NDManager outer = TestEngine.newManager();
        NDManager inner = outer.newSubManager()) {
      outer.create(1f);
      inner.create(2f);
      LeakCheck.Census within = LeakCheck.census();
      assertThat(within.arrays()).isEqualTo(before.arrays() + 2);
      assertThat(within.managers()).isEqualTo(before.managers() + 2);
    }
    assertThat(LeakCheck.census()).isEqualTo(before);
  }

  @Test
  void should_accept_calls_that_clean_up() {
    try (NDManager manager = TestEngine.newManager()) {
      NDArray kept = manager.create(1f);
      LeakCheck.assertNoLeak(() -> kept.add(1).close());
    }
  }

  @Test
  void should_report_leaking_arrays_with_counts() {
    try (NDManager manager = TestEngine.newManager()) {
      int before = LeakCheck.census().arrays();
      assertThatThrownBy(() -> LeakCheck.assertNoLeak(20, () -> manager.create(1f)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("native memory leaks: " + (before + 3) + " arrays and ")
          .hasMessageContaining("before 20 calls, " + (before + 23) + " arrays and ");
    }
  }

  @Test
  void should_report_leaking_managers() {
    try (NDManager manager = TestEngine.newManager()) {
      assertThatThrownBy(() -> LeakCheck.assertNoLeak(manager::newSubManager))
          .hasMessageContaining("native memory leaks");
    }
  }
}
