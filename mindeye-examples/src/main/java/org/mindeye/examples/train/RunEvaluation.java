package org.mindeye.examples.train;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
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
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.checkpoint.Checkpoint;
import org.mindeye.training.checkpoint.CheckpointStore;

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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEST = "best";

  /**
   * Scores a checkpoint.
   *
   * @param folder of the run, which must not be running
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
    try (CheckpointStore store = CheckpointStore.open(folder.checkpoints())) {
      OptionalLong marked = store.marked(BEST);
      if (asked == null && marked.isEmpty()) {
        throw new MindEyeException(
            folder.checkpoints()
                + ": no epoch is done yet, so there is no best one; choose one of the steps "
                + store.steps()
                + " with --step");
      }
      long step = asked == null ? marked.getAsLong() : asked;
      if (!store.steps().contains(step)) {
        throw new MindEyeException(
            folder.checkpoints() + ": no checkpoint of step " + step + " but " + store.steps());
      }
      Checkpoint checkpoint = store.at(step);
      RunRecord record = JSON.readValue(checkpoint.document("record.json"), RunRecord.class);
      return new RunEvaluation(
          source,
          record,
          step,
          marked.isPresent() && marked.getAsLong() == step,
          history(store.newest().orElse(checkpoint)),
          evaluation(source, checkpoint, record, device));
    }
  }

  private static Evaluation evaluation(
      RunSource source, Checkpoint checkpoint, RunRecord record, Device device) throws IOException {
    try (ClipImageEncoder clip = RunData.encoder(source, device);
        TrainedModel model = TrainedModel.load(checkpoint, false, device)) {
      record.targets().requireEncoder(source.clip(), clip.fingerprint());
      ReaderConfig reader = ReaderConfig.of(model.encoder().voxels());
      List<Trial> test =
          RunData.trials(Path.of(source.data()), source.subject(), Split.TEST, reader);
      requireUnseen(source, test, reader);
      CachedTargets targets = RunData.targets(clip, test, source.config().model().finalLayer());
      Evaluator evaluator =
          new Evaluator(
              model.encoder(), PoolOptions.paper().poolSize(), source.config().train().seed());
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

  private static List<EpochReport> history(Checkpoint newest) throws IOException {
    List<EpochReport> history = new ArrayList<>();
    for (JsonNode epoch : JSON.readTree(newest.document("state.json")).path("history")) {
      history.add(JSON.treeToValue(epoch, EpochReport.class));
    }
    return history;
  }
}
