// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.reconstruct;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.StepProgress;
import org.mindeye.core.pipeline.PaintingListener;
import org.mindeye.core.pipeline.PaintingProgress;
import org.mindeye.core.pipeline.PaintingProgress.Stage;

/**
 * Says now and then which step of which picture it is and how long the rest will take, and ends the
 * painting between two steps when that is requested.
 */
final class PaintingProgressLine implements PaintingListener {
  private static final long APART = Duration.ofSeconds(10).toNanos();

  private final Console console;
  private final BooleanSupplier stop;
  private final LongSupplier nanoseconds;
  private final int pictures;
  private final int before;
  private final long began;
  private int done;
  private long said;

  /**
   * Starts the clock.
   *
   * @param console where it is said
   * @param stop whether to end
   * @param pictures how many there are
   * @param before how many of them were done before
   * @param nanoseconds a clock like {@link System#nanoTime}
   */
  PaintingProgressLine(
      Console console, BooleanSupplier stop, int pictures, int before, LongSupplier nanoseconds) {
    this.console = console;
    this.stop = stop;
    this.pictures = pictures;
    this.before = before;
    this.nanoseconds = nanoseconds;
    began = nanoseconds.getAsLong();
    said = began;
  }

  @Override
  public void onProgress(PaintingProgress progress) {
    if (stop.getAsBoolean()) {
      throw new CancellationException("stopped at " + progress);
    }
    long now = nanoseconds.getAsLong();
    if (now - said >= APART) {
      said = now;
      console.say(
          "%d of %d, candidate %d of %d, %s, step %d of %d; %s",
          before + done + 1,
          pictures,
          progress.candidate() + 1,
          progress.candidates(),
          progress.stage().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          progress.step() + 1,
          progress.steps(),
          left(share(progress)));
    }
  }

  /** A picture is done; returns how long the others will take. */
  String next() {
    done++;
    said = nanoseconds.getAsLong();
    return left(0);
  }

  /** Of the picture that is being painted; nearly all time goes into the steps of its painting. */
  private static double share(PaintingProgress progress) {
    double within =
        progress.stage() == Stage.PAINTING ? (double) progress.step() / progress.steps() : 0;
    return (progress.candidate() + within) / progress.candidates();
  }

  private String left(double shareOfThis) {
    double painted = done + shareOfThis;
    if (painted <= 0) {
      return "time left not known yet";
    }
    double each = (nanoseconds.getAsLong() - began) / painted;
    return StepProgress.left((long) (each * (pictures - before - painted)));
  }
}
