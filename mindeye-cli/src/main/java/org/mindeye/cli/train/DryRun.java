// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.RunControl;
import org.mindeye.training.TrainerRecipe;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingResult;

/**
 * All that a run does, once: some steps, a validation, a checkpoint. It is an epoch over the first
 * samples, by the run's own trainer.
 */
final class DryRun {
  private static final double NANOS = 1e9;
  private static final double MIB = 1L << 20;

  private final RunRecipe recipe;
  private final Path checkpoints;
  private final Console console;

  /**
   * Prepares.
   *
   * @param recipe of the whole run
   * @param checkpoints where the checkpoint goes; the caller removes it
   * @param console where the result is printed
   */
  DryRun(RunRecipe recipe, Path checkpoints, Console console) {
    this.recipe = recipe;
    this.checkpoints = checkpoints;
    this.console = console;
  }

  /**
   * Does it.
   *
   * @param session whose training split is as long as the steps asked for, or shorter
   * @param stop may end it early
   */
  void run(RunSession<?> session, StopRequest stop) throws IOException {
    Watch watch = new Watch();
    TrainingResult result =
        session.rehearse(
            RunControl.of(watch)
                .withCheckpoints(CheckpointPolicy.in(checkpoints))
                .stoppingWhen(stop::requested));
    long saved = System.nanoTime();
    if (result.end() == TrainingResult.End.STOPPED) {
      console.say("stopped; nothing was left behind");
      return;
    }
    TrainerRecipe<?> training = recipe.source().training();
    int epochs = training.epochs();
    long stepsPerEpoch = session.allSamples() / training.samplesPerStep();
    double step = watch.perStep();
    double ending = (watch.validated - watch.lastStep) / NANOS;
    double saving = (saved - watch.validated) / NANOS;
    double hours = epochs * (stepsPerEpoch * step + ending + saving) / 3600;
    console.say(
        "dry run: %s, %.2g s each; validation %.2g s; a checkpoint of %.0f MiB, %.2g s",
        Plural.of(result.steps(), "step"), step, ending, size() / MIB, saving);
    console.say(
        "the whole run, %s of %s, would take about %s; nothing was left behind",
        Plural.of(epochs, "epoch"), Plural.of(stepsPerEpoch, "step"), time(hours));
  }

  private long size() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  static String time(double hours) {
    if (hours >= 1) {
      return String.format(Locale.ROOT, "%.1f hours", hours);
    }
    if (hours >= 1.0 / 60) {
      return String.format(Locale.ROOT, "%.1f minutes", 60 * hours);
    }
    return String.format(Locale.ROOT, "%.1f seconds", 3600 * hours);
  }

  /** Looks at the clock. */
  private static final class Watch implements TrainingListener {
    private long started;
    private long firstStep;
    private long lastStep;
    private long validated;
    private long steps;

    @Override
    public void onStart(RunPlan plan) {
      started = System.nanoTime();
    }

    @Override
    public void onStep(StepReport report) {
      lastStep = System.nanoTime();
      firstStep = steps == 0 ? lastStep : firstStep;
      steps++;
    }

    @Override
    public void onEpoch(EpochReport report) {
      validated = System.nanoTime();
    }

    /** The first step makes what the others find; it counts only if it is alone. */
    double perStep() {
      return steps == 1
          ? (lastStep - started) / NANOS
          : (lastStep - firstStep) / NANOS / (steps - 1);
    }
  }
}
