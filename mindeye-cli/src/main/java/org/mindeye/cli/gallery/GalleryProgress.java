// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import org.mindeye.cli.console.Console;
import org.mindeye.retrieval.jvector.BuildListener;

/**
 * Draws a bar for each step of a build, or says now and then how far it is, and ends the build when
 * that is requested.
 */
final class GalleryProgress implements BuildListener, AutoCloseable {
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
   * Starts.
   *
   * @param console where it is shown
   * @param stop whether to end; asked whenever something is done
   * @param nanoseconds a clock like {@link System#nanoTime}
   */
  GalleryProgress(Console console, BooleanSupplier stop, LongSupplier nanoseconds) {
    this.console = console;
    this.stop = stop;
    this.nanoseconds = nanoseconds;
  }

  @Override
  public void progressed(Stage stage, int done, int count) {
    progressed(
        switch (stage) {
          case VECTORS -> "writing vectors";
          case CODES -> "training codes";
          case GRAPH -> "connecting vectors";
        },
        done,
        count);
  }

  /**
   * Something more is done.
   *
   * @throws CancellationException if the build is to end
   */
  void progressed(String name, long done, long total) {
    if (stop.getAsBoolean()) {
      throw new CancellationException(
          String.format(Locale.ROOT, "stopped while %s, %d of %d", name, done, total));
    }
    if (!name.equals(step)) {
      close();
      step = name;
      began = nanoseconds.getAsLong();
      before = done;
      said = began;
      bar = console.isTerminal() ? console.bar(name, total) : null;
    }
    if (bar != null) {
      bar.stepTo(done);
    } else if (nanoseconds.getAsLong() - said >= APART) {
      said = nanoseconds.getAsLong();
      console.say("%s: %d of %d%s", name, done, total, left(done, total));
    }
  }

  private String left(long done, long total) {
    if (done <= before) {
      return "";
    }
    double each = (double) (said - began) / (done - before);
    Duration left = Duration.ofNanos((long) (each * (total - done)));
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
