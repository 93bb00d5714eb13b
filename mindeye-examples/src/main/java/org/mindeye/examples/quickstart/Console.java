package org.mindeye.examples.quickstart;

import java.io.PrintStream;
import java.util.Locale;
import org.mindeye.training.ProgressListener;
import org.mindeye.training.TrainingListener;

/** Tells what is going on, and since when. */
final class Console {
  private final PrintStream out;
  private final boolean terminal;
  private final long started = System.nanoTime();

  /**
   * Creates a console.
   *
   * @param out where to write
   * @param terminal whether a progress bar makes sense
   */
  Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void say(String format, Object... arguments) {
    out.printf(
        Locale.ROOT, "[%5.1f s] %s%n", seconds(), String.format(Locale.ROOT, format, arguments));
    out.flush();
  }

  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  TrainingListener training() {
    return terminal ? ProgressListener.bar(out) : ProgressListener.lines(out);
  }
}
