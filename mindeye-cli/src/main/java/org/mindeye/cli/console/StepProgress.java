// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows how far each step of long work is, a bar in a terminal and lines now and then elsewhere,
 * and ends the work when that is requested.
 */
public final class StepProgress implements AutoCloseable {
  private static final long APART = Duration.ofSeconds(10).toNanos();

  private final Console console;
  private final BooleanSupplier stop;
  private final LongSupplier nanoseconds;
  private String step;
  private ProgressBar bar;
  private long began;
  private long before;
  private long said;

  /**
   * Starts the clock.
   *
   * @param console where it is shown
   * @param stop whether to end; asked whenever something is done
   * @param nanoseconds a clock like {@link System#nanoTime}
   */
  public StepProgress(Console console, BooleanSupplier stop, LongSupplier nanoseconds) {
    this.console = console;
    this.stop = stop;
    this.nanoseconds = nanoseconds;
    said = nanoseconds.getAsLong();
  }

  /**
   * Something more is done.
   *
   * @param name of the step; another one begins a new bar
   * @param done so much of it
   * @param total how much there is; -1 if that is not known
   * @throws CancellationException if the work is to end
   */
  public void progressed(String name, long done, long total) {
    String text = name + ": " + done + (total < 0 ? "" : " of " + total);
    if (stop.getAsBoolean()) {
      throw new CancellationException("stopped at " + text);
    }
    long now = nanoseconds.getAsLong();
    if (!name.equals(step)) {
      close();
      step = name;
      began = now;
      before = done;
      bar = console.isTerminal() ? console.bar(name, total) : null;
    }
    if (bar != null) {
      bar.stepTo(done);
    } else if (now - said >= APART) {
      said = now;
      console.say("%s%s", text, left(now, done, total));
    }
  }

  private String left(long now, long done, long total) {
    if (done <= before || total < 0) {
      return "";
    }
    double each = (double) (now - began) / (done - before);
    return "; " + left((long) (each * (total - done)));
  }

  /**
   * How long something will take.
   *
   * @param nanoseconds from now
   * @return in words, for example {@code 0:08:01 left}
   */
  public static String left(long nanoseconds) {
    Duration left = Duration.ofNanos(nanoseconds);
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d left",
        left.toHours(),
        left.toMinutesPart(),
        left.toSecondsPart());
  }

  /** Ends the last bar. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
