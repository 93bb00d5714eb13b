package org.mindeye.examples.train;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.weights.MalformedFileException;
import org.mindeye.data.Split;
import org.mindeye.data.Splits;
import org.mindeye.data.Trial;
import org.mindeye.data.webdataset.NsdWebDataset;
import org.mindeye.data.webdataset.ReaderConfig;
import org.mindeye.evaluation.PoolOptions;
import org.mindeye.examples.report.EncodedSplit;
import org.mindeye.examples.report.Evaluation;
import org.mindeye.examples.report.Evaluator;
import org.mindeye.examples.report.SimulatedTruth;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.RunRecord;
import org.mindeye.training.SavedRun;
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
   * @param source what the run was made from, where it is now
   * @param asked the step of the checkpoint; null for the best epoch's
   * @param device where it is done
   */
  static RunEvaluation of(RunFolder folder, RunSource source, Long asked, Device device)
      throws IOException {
    if (!Files.isDirectory(folder.checkpoints())) {
      throw new NoSuchFileException(
          folder.checkpoints().toString(), null, "the run has not been saved yet");
    }
    SavedRun run = SavedRun.open(folder.checkpoints());
    try (Loaded loaded = load(run, asked, device)) {
      return new RunEvaluation(
          source,
          loaded.record,
          loaded.step,
          loaded.best,
          run.history(),
          evaluation(source, loaded, device));
    }
  }

  /** What is needed of a checkpoint, which a running training may delete from now on. */
  private record Loaded(TrainedModel model, RunRecord record, long step, boolean best)
      implements AutoCloseable {
    static Loaded of(SavedRun run, Checkpoint checkpoint, Device device) throws IOException {
      OptionalLong best = run.bestStep();
      return new Loaded(
          TrainedModel.load(checkpoint, false, device),
          SavedRun.record(checkpoint),
          checkpoint.step(),
          best.isPresent() && best.getAsLong() == checkpoint.step());
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Loaded load(SavedRun run, Long asked, Device device) throws IOException {
    if (asked != null) {
      return run.at(asked, checkpoint -> Loaded.of(run, checkpoint, device));
    }
    try {
      return run.best(checkpoint -> Loaded.of(run, checkpoint, device));
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

  private static Evaluation evaluation(RunSource source, Loaded loaded, Device device)
      throws IOException {
    try (ClipImageEncoder clip = RunData.encoder(source, device)) {
      loaded.record.targets().requireEncoder(source.clip(), clip.fingerprint());
      ReaderConfig reader = ReaderConfig.of(loaded.model.encoder().voxels());
      List<Trial> test =
          RunData.trials(Path.of(source.data()), source.subject(), Split.TEST, reader);
      requireUnseen(source, test, reader);
      CachedTargets targets = RunData.targets(clip, test, source.config().model().finalLayer());
      Evaluator evaluator =
          new Evaluator(
              loaded.model.encoder(),
              PoolOptions.paper().poolSize(),
              source.config().train().seed());
      Path data = Path.of(source.data());
      SimulatedTruth.read(SimulatedTruth.file(data, source.subject()), test)
          .ifPresent(evaluator::withTruth);
      return evaluator.evaluate(new EncodedSplit(test, targets));
    }
  }

  /** The other splits are only looked through: their images do not stay in memory. */
  private static void requireUnseen(RunSource source, List<Trial> test, ReaderConfig reader)
      throws IOException {
    Path folder = Path.of(source.data());
    try (NsdWebDataset training =
            NsdWebDataset.open(folder, source.subject(), Split.TRAIN, reader);
        NsdWebDataset validation =
            NsdWebDataset.open(folder, source.subject(), Split.VALIDATION, reader)) {
      Splits.requireDisjoint(
          Map.<Split, Iterable<Trial>>of(
              Split.TRAIN, training, Split.VALIDATION, validation, Split.TEST, test));
    }
  }
}
