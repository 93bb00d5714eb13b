// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.RunRecord;
import org.mindeye.training.SavedRun;
import org.mindeye.training.TrainedCheckpoint;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.Checkpoint;

/**
 * How a checkpoint of a run does on the test split.
 *
 * @param source what the run was made from
 * @param record who made the checkpoint from what
 * @param step of the checkpoint
 * @param best whether it is the one of the best epoch
 * @param history all epochs of the run so far
 * @param evaluation how its networks do
 */
record RunEvaluation(
    RunSource source,
    RunRecord record,
    long step,
    boolean best,
    List<EpochReport> history,
    Evaluation evaluation) {
  /**
   * Scores a checkpoint.
   *
   * @param folder of the run, which may be going on; only read
   * @param scoring scores it
   * @param asked the step of the checkpoint; null for the best epoch's
   * @param withPrior whether its prior is sampled, if it has one
   */
  static RunEvaluation of(RunFolder folder, RunScoring scoring, Long asked, boolean withPrior)
      throws IOException {
    boolean prior = withPrior && scoring.source().config().model().prior();
    FinalWeights weights = new FinalWeights(folder);
    if (weights.areAllThereIs()) {
      weights.requireNoStep(asked);
      try (TrainedModel model = weights.load(prior, scoring.device())) {
        RunRecord record = weights.record();
        return new RunEvaluation(
            scoring.source(),
            record,
            weights.steps(),
            false,
            weights.history(),
            scoring.of(model, record));
      }
    }
    if (!Files.isDirectory(folder.checkpoints())) {
      throw new NoSuchFileException(
          folder.checkpoints().toString(), null, "the run has not been saved yet");
    }
    SavedRun run = SavedRun.open(folder.checkpoints());
    try (Loaded loaded = load(run, asked, prior, scoring.device())) {
      return new RunEvaluation(
          scoring.source(),
          loaded.record,
          loaded.step,
          loaded.best,
          run.history(),
          scoring.of(loaded.model, loaded.record));
    }
  }

  /** What is needed of a checkpoint, which a running training may delete from now on. */
  private record Loaded(TrainedModel model, RunRecord record, long step, boolean best)
      implements AutoCloseable {
    static Loaded of(SavedRun run, Checkpoint checkpoint, boolean prior, Device device)
        throws IOException {
      OptionalLong best = run.bestStep();
      return new Loaded(
          TrainedModel.load(checkpoint, prior, device),
          TrainedCheckpoint.of(checkpoint).record(),
          checkpoint.step(),
          best.isPresent() && best.getAsLong() == checkpoint.step());
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Loaded load(SavedRun run, Long asked, boolean prior, Device device)
      throws IOException {
    if (asked != null) {
      return run.at(asked, checkpoint -> Loaded.of(run, checkpoint, prior, device));
    }
    try {
      return run.best(checkpoint -> Loaded.of(run, checkpoint, prior, device));
    } catch (MalformedFileException e) {
      throw orNextBest(run, e);
    }
  }

  /** The same failure, and what can be scored instead. */
  private static MindEyeException orNextBest(SavedRun run, MalformedFileException failure)
      throws IOException {
    OptionalLong best = run.bestStep();
    Optional<SavedRun.Scored> next =
        best.isPresent() ? run.nextBest(best.getAsLong()) : Optional.empty();
    if (next.isEmpty()) {
      return failure;
    }
    return new MindEyeException(
        failure.getMessage()
            + ". It is the best epoch's; the next best that is intact is epoch "
            + (next.get().epoch().epoch() + 1)
            + ": --step "
            + next.get().step(),
        failure);
  }
}
