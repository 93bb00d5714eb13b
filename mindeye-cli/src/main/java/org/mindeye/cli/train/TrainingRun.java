// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.FolderLock;
import org.mindeye.training.CsvListener;
import org.mindeye.training.JsonLinesListener;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeTrainer;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.ModelConfig;
import org.mindeye.training.Provenance;
import org.mindeye.training.RunFolder;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TensorBoardListener;
import org.mindeye.training.TrainingConfig;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingResult;

/** A run from its data to its weights, or the rest of one. */
final class TrainingRun {
  /** What is printed for a run that is resumed after its end. */
  static final String COMPLETE = "the run was complete already";

  private final RunSource source;
  private final RunFolder folder;
  private final Device device;
  private final Console console;

  /**
   * Prepares a run.
   *
   * @param source what it is made from
   * @param folder where it goes
   * @param device where the networks live
   * @param console where progress is printed
   */
  TrainingRun(RunSource source, RunFolder folder, Device device, Console console) {
    this.source = source;
    this.folder = folder;
    this.device = device;
    this.console = console;
  }

  /** From the first step, in an unused folder; a run that takes no step leaves it unused. */
  TrainingResult start() throws IOException {
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

  /** Takes some steps, validates, saves, says how long the run would take, and leaves nothing. */
  void rehearse(int steps) throws IOException {
    boolean existed = Files.exists(folder.folder());
    try (FolderLock lock = folder.claim()) {
      try {
        TrainingConfig recipe = source.config().train();
        int samples =
            Math.multiplyExact(steps, recipe.batches().size() * recipe.optimizer().accumulation());
        try (RunData data =
                RunData.read(source, device, false, samples, RunData.Inputs.ANY, console);
            MindEyeModel model = model(shape(data), Start.NEW);
            StopRequest stop = StopRequest.listen(console)) {
          new DryRun(source.config(), folder.checkpoints(), console).run(model, data, stop);
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
    boolean known = start == Start.RESUMED; // the record shows whether they are the same
    RunData.Inputs inputs = start == Start.NEW ? RunData.Inputs.ANY : RunData.Inputs.of(folder);
    try (RunData data = RunData.read(source, device, known, Integer.MAX_VALUE, inputs, console)) {
      return run(data, start, progress);
    }
  }

  private TrainingResult run(RunData data, Start start, Progress progress) throws IOException {
    ModelConfig shape = shape(data);
    try (MindEyeModel model = model(shape, start)) {
      RunRecord record = RunRecord.of(model, data.training(), data.validation());
      if (start == Start.NEW) {
        folder.begin(source, shape, record);
      } else {
        folder.record(RunRecord.class).requireSame(folder.description(), record);
        progress.resuming = true;
      }
      console.say(
          "training %,d parameters on %s",
          model.trainableCount(), Plural.of(samples(data), "picture"));
      try (StopRequest stop = StopRequest.listen(console)) {
        TrainingResult result = train(model, data, start, progress, stop);
        finish(model, result, shape, record);
        if (!progress.stepped && result.end() != TrainingResult.End.STOPPED) {
          console.say("%s: nothing was trained", COMPLETE);
        }
        stop.done();
        return result;
      }
    }
  }

  /** A run that is resumed takes its weights from the checkpoint. */
  private MindEyeModel model(ModelConfig shape, Start start) throws IOException {
    long seed = source.config().train().seed();
    if (source.startFrom() == null || start == Start.RESUMED) {
      return shape.initialized(device, seed);
    }
    console.say("starting from %s", source.startFrom());
    return MindEyeWeights.open(Path.of(source.startFrom())).startingModel(shape, device, seed);
  }

  private ModelConfig shape(RunData data) {
    NetworkConfig networks = source.config().model();
    return networks.model(data.voxels(), networks.space(source.clipConfig()));
  }

  private static int samples(RunData data) {
    return data.training().trials().size();
  }

  private TrainingResult train(
      MindEyeModel model, RunData data, Start start, Progress progress, StopRequest stop) {
    MindEyeTrainer trainer =
        new MindEyeTrainer(source.config().train(), listeners(progress))
            .withCheckpoints(source.config().checkpoints().in(folder.checkpoints()))
            .stoppingWhen(stop::requested);
    return start == Start.RESUMED
        ? trainer.resume(model, data.training(), data.validation())
        : trainer.train(model, data.training(), data.validation());
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

  private void finish(
      MindEyeModel model, TrainingResult result, ModelConfig shape, RunRecord record)
      throws IOException {
    if (result.end() == TrainingResult.End.STOPPED) {
      console.say(
          "stopped after step %d; continue with `mindeye train --resume %s`",
          result.steps(), folder.folder());
      return;
    }
    MindEyeWeights.write(
        folder.weights(), model, new Provenance(source.config().train(), shape, record));
    folder.end(result);
    console.say(
        "%s after %s: weights in %s; scores with `mindeye evaluate-run %s`",
        result.end() == TrainingResult.End.EARLY ? "no better epoch any more" : "done",
        Plural.of(result.history().size(), "epoch"),
        folder.weights(),
        folder.folder());
  }

  /** Where a run comes from. */
  private enum Start {
    /** An unused folder. */
    NEW,
    /** A folder in which a run ended before it was saved. */
    AGAIN,
    /** A checkpoint. */
    RESUMED
  }

  /** Notes what the run has done so far. */
  private final class Progress implements TrainingListener {
    private boolean resuming;
    private boolean stepped;

    /** Only now is it known that the run can be resumed from what it is given. */
    @Override
    public void onStart(RunPlan plan) {
      if (resuming) {
        try {
          folder.resume(source);
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
