// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.mindeye.MindEyeException;
import org.mindeye.cli.report.Evaluation;
import org.mindeye.core.engine.Precision;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.training.MindEyeModel;
import org.mindeye.training.MindEyeWeights;
import org.mindeye.training.RunRecord;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener.EpochReport;

/**
 * How a checkpoint of a run does on the test split.
 *
 * @param source what the run was made from
 * @param record who made the checkpoint from what
 * @param step of the checkpoint
 * @param best whether it is the one of the best epoch
 * @param history all epochs of the run so far
 * @param evaluation how its networks do
 * @param precision in which they kept their weights for that
 */
record RunEvaluation(
    RunSource source,
    RunRecord record,
    long step,
    boolean best,
    List<EpochReport> history,
    Evaluation evaluation,
    Precision precision) {
  /**
   * Scores a checkpoint.
   *
   * @param run may still be running; only read
   * @param scoring scores it
   * @param requested the step of the checkpoint; null for the best epoch's
   * @param withPrior whether its prior is sampled, if it has one
   */
  static RunEvaluation of(TrainedRun run, RunScoring scoring, Long requested, boolean withPrior)
      throws IOException {
    boolean prior = withPrior && scoring.source().config().model().prior();
    try (Loaded loaded = load(run, requested, prior, scoring)) {
      return new RunEvaluation(
          scoring.source(),
          loaded.record,
          loaded.step,
          loaded.best,
          run.history(),
          scoring.of(loaded.model, loaded.record),
          scoring.precision());
    }
  }

  /** What is needed of a checkpoint, which a running training may delete from now on. */
  private record Loaded(MindEyeModel model, RunRecord record, long step, boolean best)
      implements AutoCloseable {
    static Loaded of(TrainedRun run, TrainedWeights weights, boolean prior, RunScoring scoring)
        throws IOException {
      OptionalLong best = run.bestStep();
      MindEyeWeights trained = MindEyeWeights.of(weights);
      return new Loaded(
          trained.load(prior, scoring.precision(), scoring.device()),
          trained.record().orElseThrow(),
          weights.step(),
          best.isPresent() && best.getAsLong() == weights.step());
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Loaded load(TrainedRun run, Long requested, boolean prior, RunScoring scoring)
      throws IOException {
    TrainedRun.Reading<Loaded> reading = weights -> Loaded.of(run, weights, prior, scoring);
    if (!run.hasCheckpoints()) {
      if (requested != null) {
        throw new MindEyeException(
            run + ": there are no checkpoints but the weights of the last epoch; leave --step out");
      }
      return run.last(reading);
    }
    if (requested != null) {
      return run.at(requested, reading);
    }
    try {
      return run.best(reading);
    } catch (MalformedFileException e) {
      throw orNextBest(run, e);
    }
  }

  /** The same failure, and what can be scored instead. */
  private static MindEyeException orNextBest(TrainedRun run, MalformedFileException failure)
      throws IOException {
    OptionalLong best = run.bestStep();
    Optional<TrainedRun.Scored> next =
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
