// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mindeye.cli.console.Console;
import org.mindeye.evaluation.protocol.EvaluationProgress;
import org.mindeye.evaluation.protocol.EvaluationProgress.Stage;

class EvaluationProgressLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicBoolean stop = new AtomicBoolean();

  private EvaluationProgressLine line(boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new EvaluationProgressLine(new Console(out, terminal), stop::get, clock::get);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static EvaluationProgress images(int done) {
    return new EvaluationProgress(Stage.IMAGES, done, 982);
  }

  private void pass(long seconds) {
    clock.addAndGet(seconds * 1_000_000_000L);
  }

  @Test
  void should_say_now_and_then_how_long_it_will_take() {
    try (EvaluationProgressLine line = line(false)) {
      line.onProgress(images(0));
      pass(9);
      line.onProgress(images(8));
      assertThat(printed()).isEmpty();
      pass(1);
      line.onProgress(images(20));
      assertThat(printed()).contains("images: 20 of 982; 0:08:01 left").hasLineCount(1);
      pass(10);
      line.onProgress(new EvaluationProgress(Stage.SCORES, 1, 8));
      assertThat(printed()).contains("scores: 1 of 8" + System.lineSeparator()).hasLineCount(2);
    }
  }

  @Test
  void should_draw_a_bar_in_a_terminal() {
    try (EvaluationProgressLine line = line(true)) {
      line.onProgress(images(491));
      line.onProgress(new EvaluationProgress(Stage.SCORES, 8, 8));
    }
    assertThat(printed()).contains("images", "491/982", "scores", "8/8");
  }

  @Test
  void should_end_the_evaluation_when_that_is_requested() {
    try (EvaluationProgressLine line = line(false)) {
      stop.set(true);
      assertThatThrownBy(() -> line.onProgress(images(8)))
          .isInstanceOf(CancellationException.class)
          .hasMessage("stopped at images: 8 of 982");
    }
  }
}
