// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.WeightMismatchException;

class ExceptionMessagesTest {
  @Test
  void should_show_nothing_that_drives_a_terminal_or_forges_a_line() {
    String evil = "x\u001b[2J\u009b\r";
    String forged = evil + "\nmindeye: all is well";
    List<MindEyeException> all =
        List.of(
            new ShapeMismatchException(evil),
            new WeightMismatchException(
                forged, "a network", List.of(forged), List.of(forged), List.of(forged)));
    for (MindEyeException exception : all) {
      assertThat(exception.getMessage())
          .contains("x\\u001b[2J\\u009b\\u000d")
          .doesNotContain("\u001b", "\u009b", "\r", "\nmindeye");
    }
  }
}
