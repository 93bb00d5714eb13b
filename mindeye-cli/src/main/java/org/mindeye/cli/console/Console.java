// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.io.PrintStream;
import java.util.Locale;
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
}
