// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a run on a console: a bar with the time left in a terminal, one line per epoch elsewhere (a
 * log file has no use for a bar). A resumed run begins with where it resumes from, and what was
 * found damaged on the way; its bar starts there, and the time left is estimated from the steps of
 * this process alone.
 */
public final class ProgressListener implements TrainingListener {
  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoseconds;
  private ProgressBar bar;
  private RunPlan plan;
  private String lossName;
  private long started;

  private ProgressListener(PrintStream out, boolean terminal, LongSupplier nanoseconds) {
    this.out = out;
    this.terminal = terminal;
    this.nanoseconds = nanoseconds;
  }

  /**
   * A progress bar.
   *
   * @param out the terminal's stream; not closed
   * @return the listener
   */
  public static ProgressListener bar(PrintStream out) {
    return new ProgressListener(out, true, System::nanoTime);
  }

  /**
   * One line per epoch, with the time left.
   *
   * @param out where to write; not closed
   * @return the listener
   */
  public static ProgressListener lines(PrintStream out) {
    return lines(out, System::nanoTime);
  }

  /** With a clock like {@link System#nanoTime}. */
  static ProgressListener lines(PrintStream out, LongSupplier nanoseconds) {
    return new ProgressListener(out, false, nanoseconds);
  }

  @Override
  public void onStart(RunPlan newPlan) {
    plan = newPlan;
    lossName = null;
    started = nanoseconds.getAsLong();
    plan.start().notes().forEach(out::println);
    if (plan.start().checkpoint() != null) {
      out.printf(
          Locale.ROOT,
          "resuming at step %d of %d from checkpoint %s%n",
          plan.firstStep(),
          plan.length().totalSteps(),
          plan.start().checkpoint());
      out.flush();
    }
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(plan.length().totalSteps())
              .startsFrom(plan.firstStep(), Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(out))
              .build();
    }
  }

  @Override
  public void onStep(StepReport report) {
    if (bar != null) {
      bar.stepTo(report.step() + 1);
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    String scores =
        String.format(Locale.ROOT, "loss %.3f, ", report.training().value(LossTerm.TOTAL))
            + headline(report.validation());
    if (lossName != null && !lossName.equals(report.lossName())) {
      // The bar so far stays above, and continues below.
      out.printf(
          Locale.ROOT,
          "%s%s takes over from %s: losses before and after do not compare%n",
          bar == null ? "" : System.lineSeparator(),
          report.lossName(),
          lossName);
      out.flush();
    }
    lossName = report.lossName();
    if (bar != null) {
      bar.setExtraMessage(scores);
      return;
    }
    int done = report.epoch() + 1;
    int epochs = plan.length().epochs();
    long step = plan.length().lastStep(report.epoch()) + 1;
    long elapsed = nanoseconds.getAsLong() - started;
    long perStep = elapsed / Math.max(1, step - plan.firstStep());
    Duration left = Duration.ofNanos(perStep * (plan.length().totalSteps() - step));
    out.printf(
        Locale.ROOT,
        "epoch %d/%d (%s): %s, %d:%02d left%n",
        done,
        epochs,
        report.lossName(),
        scores,
        left.toMinutes(),
        left.toSecondsPart());
    out.flush();
  }

  /** The first share, or else the first score. */
  private String headline(NamedValues validation) {
    List<Score> scores = plan.names().scores();
    Score shown = scores.stream().filter(Score::share).findFirst().orElse(scores.get(0));
    double value = shown.in(validation);
    return shown.share()
        ? String.format(Locale.ROOT, "validation %.0f %%", 100 * value)
        : String.format(Locale.ROOT, "validation %s %.3f", ReportNames.snake(shown.name()), value);
  }

  @Override
  public void onEnd() {
    if (bar != null) {
      bar.close();
      bar = null;
      out.flush();
    }
  }
}
