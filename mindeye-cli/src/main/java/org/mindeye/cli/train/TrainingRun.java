// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.train.RunRecipe.Start;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.training.CsvListener;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.TensorBoardListener;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingResult;

/** A run from its data to its weights, or the rest of one. */
public final class TrainingRun {
  /** What is printed for a run that is resumed after its end. */
  static final String COMPLETE = "the run was complete already";

  private final RunRecipe recipe;
  private final RunFolder folder;
  private final Console console;

  /**
   * Prepares a run.
   *
   * @param recipe what is trained
   * @param folder where it goes
   * @param console where progress is printed
   */
  public TrainingRun(RunRecipe recipe, RunFolder folder, Console console) {
    this.recipe = recipe;
    this.folder = folder;
    this.console = console;
  }

  /**
   * From the first step, in an unused folder; a run that takes no step leaves it unused.
   *
   * @return what became of it
   * @throws IOException if a file cannot be read or written
   */
  public TrainingResult start() throws IOException {
    Progress progress = new Progress();
    boolean existed = Files.exists(folder.folder());
    try (FolderLock lock = folder.claim();
        CloseOnFailure begun = new CloseOnFailure()) {
      begun.undo(
          () -> {
            if (!progress.stepped) {
              folder.discard(existed, lock);
            }
          });
      return begun.done(run(Start.NEW, progress));
    }
  }

  /**
   * Takes some steps, validates, saves, says how long the run would take, and leaves nothing.
   *
   * @param steps how many, from 1
   * @throws IOException if a file cannot be read or written
   */
  public void rehearse(int steps) throws IOException {
    boolean existed = Files.exists(folder.folder());
    try (FolderLock lock = folder.claim()) {
      try {
        int samples = Math.multiplyExact(steps, recipe.source().training().samplesPerStep());
        try (RunSession<?> session = recipe.open(folder, Start.NEW, samples);
            StopRequest stop = StopRequest.listen(console)) {
          new DryRun(recipe, folder.checkpoints(), console).run(session, stop);
          stop.done();
        }
      } finally {
        folder.discard(existed, lock);
      }
    }
  }

  /** From the newest checkpoint on. */
  TrainingResult resume() throws IOException {
    return continueFrom(Start.RESUMED);
  }

  /** From the first step, in the folder of a run that ended before it was saved. */
  TrainingResult startAgain() throws IOException {
    console.say("the run was never saved; starting again from its first step");
    return continueFrom(Start.AGAIN);
  }

  private TrainingResult continueFrom(Start start) throws IOException {
    try (FolderLock lock = folder.reopen()) {
      return run(start, new Progress());
    }
  }

  private TrainingResult run(Start start, Progress progress) throws IOException {
    try (RunSession<?> session = recipe.open(folder, start, Integer.MAX_VALUE)) {
      if (start == Start.NEW) {
        folder.begin(recipe.source(), session.model(), session.record());
      } else {
        session.requireBegun(folder);
        progress.resumed = session;
      }
      console.say(
          "training %,d parameters on %s",
          session.trainableCount(), Plural.of(session.samples(), "picture"));
      try (StopRequest stop = StopRequest.listen(console)) {
        TrainingResult result = train(session, start, progress, stop);
        finish(session, result);
        if (!progress.stepped && result.end() != TrainingResult.End.STOPPED) {
          console.say("%s: nothing was trained", COMPLETE);
        }
        stop.done();
        return result;
      }
    }
  }

  private TrainingResult train(
      RunSession<?> session, Start start, Progress progress, StopRequest stop) {
    RunControl control =
        RunControl.of(listeners(progress))
            .withCheckpoints(recipe.source().checkpoints().in(folder.checkpoints()))
            .stoppingWhen(stop::requested);
    return session.train(control, start == Start.RESUMED);
  }

  /** The listeners of the run, the console last. */
  private TrainingListener[] listeners(Progress progress) {
    return new TrainingListener[] {
      progress,
      new JsonLinesListener(folder.log()),
      CsvListener.epochs(folder.table()),
      new TensorBoardListener(folder.tensorBoard()),
      console.training()
    };
  }

  private void finish(RunSession<?> session, TrainingResult result) throws IOException {
    if (result.end() == TrainingResult.End.STOPPED) {
      console.say(
          "stopped after step %d; continue with `mindeye %s --resume %s`",
          result.steps(), recipe.command(), folder.folder());
      return;
    }
    session.write(folder.weights());
    folder.end(result);
    console.say(
        "%s after %s: weights in %s; scores %s",
        result.end() == TrainingResult.End.EARLY ? "no better epoch any more" : "done",
        Plural.of(result.history().size(), "epoch"),
        folder.weights(),
        recipe.scores(folder));
  }

  /** Notes what the run has done so far. */
  private final class Progress implements TrainingListener {
    private RunSession<?> resumed; // null for a new run
    private boolean stepped;

    /** Only now is it known that the run can be resumed from what it is given. */
    @Override
    public void onStart(RunPlan plan) {
      if (resumed != null) {
        try {
          folder.resume(recipe.source(), resumed.model().getClass(), resumed.record().getClass());
        } catch (IOException e) {
          throw new UncheckedIOException(folder.description().toString(), e);
        }
      }
    }

    @Override
    public void onStep(StepReport report) {
      stepped = true;
    }
  }
}
