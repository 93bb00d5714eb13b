// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mindeye.cli.console.Console;
import org.mindeye.core.pipeline.PaintingProgress;
import org.mindeye.core.pipeline.PaintingProgress.Stage;

class PaintingProgressLineTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final PaintingProgressLine line =
      new PaintingProgressLine(
          new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false),
          stop::get,
          5,
          1,
          clock::get);

  private void at(int seconds, Stage stage, int candidate, int step) {
    clock.set(Duration.ofSeconds(seconds).toNanos());
    int steps = stage == Stage.PAINTING ? 20 : 1;
    line.onProgress(new PaintingProgress(stage, 0, 1, candidate, 2, step, steps));
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void should_say_every_ten_seconds_where_it_is_and_how_long_it_takes() {
    at(9, Stage.PRIOR, 0, 0);
    assertThat(text()).isEmpty();
    at(10, Stage.PRIOR, 0, 0);
    assertThat(text())
        .contains("] 2 of 5, candidate 1 of 2, prior, step 1 of 1; time left not known yet");
    at(19, Stage.PAINTING, 0, 10);
    at(100, Stage.PAINTING, 1, 10);
    // Three quarters of a picture took 100 s, and 3.25 are left.
    assertThat(text())
        .contains("] 2 of 5, candidate 2 of 2, painting, step 11 of 20; 0:07:13 left")
        .hasLineCount(2);
  }

  @Test
  void should_count_the_pictures_of_this_run() {
    clock.set(Duration.ofSeconds(60).toNanos());
    assertThat(line.next()).isEqualTo("0:03:00 left");
    clock.set(Duration.ofSeconds(120).toNanos());
    assertThat(line.next()).isEqualTo("0:02:00 left");
  }

  @Test
  void should_end_the_painting_when_that_is_requested() {
    at(1, Stage.PAINTING, 0, 1);
    stop.set(true);
    assertThatThrownBy(() -> at(2, Stage.PAINTING, 0, 2))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("step 3 of 20");
  }
}
