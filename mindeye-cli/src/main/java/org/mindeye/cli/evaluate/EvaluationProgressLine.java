// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import org.mindeye.cli.console.Console;
import org.mindeye.evaluation.protocol.EvaluationListener;
import org.mindeye.evaluation.protocol.EvaluationProgress;
import org.mindeye.evaluation.protocol.EvaluationProgress.Stage;

/**
 * Shows how far an evaluation is, a bar in a terminal and lines elsewhere, and ends it when that is
 * requested.
 */
final class EvaluationProgressLine implements EvaluationListener, AutoCloseable {
  private static final long APART = Duration.ofSeconds(10).toNanos();

  private final Console console;
  private final BooleanSupplier stop;
  private final LongSupplier nanoseconds;
  private final long began;
  private Stage stage;
  private ProgressBar bar;
  private long said;

  /**
   * Starts the clock.
   *
   * @param console where it is shown
   * @param stop whether to end; asked whenever something is done
   * @param nanoseconds a clock like {@link System#nanoTime}
   */
  EvaluationProgressLine(Console console, BooleanSupplier stop, LongSupplier nanoseconds) {
    this.console = console;
    this.stop = stop;
    this.nanoseconds = nanoseconds;
    began = nanoseconds.getAsLong();
    said = began;
  }

  @Override
  public void onProgress(EvaluationProgress progress) {
    if (stop.getAsBoolean()) {
      throw new CancellationException("stopped at " + progress);
    }
    if (console.isTerminal()) {
      draw(progress);
      return;
    }
    long now = nanoseconds.getAsLong();
    if (now - said >= APART) {
      said = now;
      console.say("%s%s", progress, left(progress, now));
    }
  }

  private void draw(EvaluationProgress progress) {
    if (progress.stage() != stage) {
      close();
      stage = progress.stage();
      bar = console.bar(stage.name().toLowerCase(Locale.ROOT), progress.total());
    }
    bar.stepTo(progress.done());
  }

  /** Nearly all of the time goes into images. */
  private String left(EvaluationProgress progress, long now) {
    if (progress.stage() != Stage.IMAGES || progress.done() == 0) {
      return "";
    }
    double each = (double) (now - began) / progress.done();
    Duration left = Duration.ofNanos((long) (each * (progress.total() - progress.done())));
    return String.format(
        Locale.ROOT,
        "; %d:%02d:%02d left",
        left.toHours(),
        left.toMinutesPart(),
        left.toSecondsPart());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
