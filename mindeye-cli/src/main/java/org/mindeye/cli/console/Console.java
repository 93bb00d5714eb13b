// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.mindeye.Printable;
import org.mindeye.training.ProgressListener;
import org.mindeye.training.TrainingListener;

/** Prints progress, with the time since the start. */
public final class Console {
  private final PrintStream out;
  private final boolean terminal;
  private final long started = System.nanoTime();

  /**
   * Creates a console.
   *
   * @param out where to write
   * @param terminal whether a progress bar makes sense
   */
  public Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Prints a line with the seconds since the start.
   *
   * @param format as in {@link String#format}
   * @param arguments of the format
   */
  public void say(String format, Object... arguments) {
    out.printf(
        Locale.ROOT,
        "[%5.1f s] %s%n",
        seconds(),
        Printable.line(String.format(Locale.ROOT, format, arguments)));
    out.flush();
  }

  /**
   * The time since the start.
   *
   * @return seconds
   */
  public double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /**
   * Shows a training run the way this console can.
   *
   * @return a listener
   */
  public TrainingListener training() {
    return terminal ? ProgressListener.bar(out) : ProgressListener.lines(out);
  }

  /**
   * Whether a progress bar makes sense here.
   *
   * @return false where output goes to a file or a pipe
   */
  public boolean isTerminal() {
    return terminal;
  }

  /**
   * Draws a progress bar.
   *
   * @param task what is done
   * @param total how much there is
   * @return the bar, which the caller closes
   */
  public ProgressBar bar(String task, long total) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        .setConsumer(new ConsoleProgressBarConsumer(out))
        .build();
  }
}
