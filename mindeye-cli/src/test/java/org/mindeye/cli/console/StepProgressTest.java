// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicBoolean stop = new AtomicBoolean();

  private StepProgress progress(boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new StepProgress(new Console(out, terminal), stop::get, clock::get);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void pass(long seconds) {
    clock.addAndGet(seconds * 1_000_000_000L);
  }

  @Test
  void should_say_now_and_then_how_long_it_will_take() {
    try (StepProgress progress = progress(false)) {
      progress.progressed("images", 0, 982);
      pass(9);
      progress.progressed("images", 8, 982);
      assertThat(printed()).isEmpty();
      pass(1);
      progress.progressed("images", 20, 982);
      assertThat(printed()).contains("images: 20 of 982; 0:08:01 left").hasLineCount(1);
      pass(10);
      progress.progressed("scores", 1, 8);
      assertThat(printed()).contains("scores: 1 of 8" + System.lineSeparator()).hasLineCount(2);
    }
  }

  @Test
  void should_count_the_time_of_what_is_done_now() {
    try (StepProgress progress = progress(false)) {
      pass(100);
      progress.progressed("encoding", 500, 1000); // 500 were encoded before
      pass(20);
      progress.progressed("encoding", 600, 1000);
      assertThat(printed())
          .endsWith("encoding: 600 of 1000; 0:01:20 left" + System.lineSeparator());
    }
  }

  @Test
  void should_show_work_of_unknown_length() {
    try (StepProgress progress = progress(false)) {
      progress.progressed("reading", 0, -1);
      pass(10);
      progress.progressed("reading", 70, -1);
      assertThat(printed()).endsWith("] reading: 70" + System.lineSeparator());
    }
  }

  @Test
  void should_draw_a_bar_for_each_step_in_a_terminal() {
    try (StepProgress progress = progress(true)) {
      progress.progressed("images", 491, 982);
      progress.progressed("scores", 8, 8);
    }
    assertThat(printed()).contains("images", "491/982", "scores", "8/8");
  }

  @Test
  void should_end_the_work_when_that_is_requested() {
    try (StepProgress progress = progress(false)) {
      stop.set(true);
      assertThatThrownBy(() -> progress.progressed("images", 8, 982))
          .isInstanceOf(CancellationException.class)
          .hasMessage("stopped at images: 8 of 982");
    }
  }
}
