// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrappedTest {
  @Test
  void should_leave_a_line_that_fits() {
    String line = "  " + "a".repeat(38) + " " + "b".repeat(39);

    assertThat(Wrapped.lines(line)).hasSize(80).isEqualTo(line);
  }

  @Test
  void should_break_between_words_and_go_deeper() {
    String line = "  " + "a".repeat(38) + " " + "b".repeat(40) + " c " + "d".repeat(90);

    assertThat(Wrapped.lines(line).lines())
        .containsExactly(
            "  " + "a".repeat(38), "      " + "b".repeat(40) + " c", "      " + "d".repeat(90));
  }
}
