// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.RunPlan;
import org.mindeye.training.TrainingListener.StepReport;

/** What a trainer might tell, for tests of listeners. */
final class Reports {
  private static final int STEPS_PER_EPOCH = 2;

  private Reports() {}

  /** Epochs of two steps. */
  static RunPlan plan(long firstStep) {
    return plan(TrainingConfig.paper(), firstStep);
  }

  static RunPlan plan(TrainingConfig config, long firstStep) {
    return plan(
        config, new RunLength(config.epochs(), STEPS_PER_EPOCH, 64, 300), 123, start(firstStep));
  }

  static RunPlan plan(Object config, RunLength length, long parameters, RunStart start) {
    Objective objective =
        config instanceof TrainingConfig paper ? paper.loss().objective() : Objective.JOINT;
    return new RunPlan(config, length, parameters, PaperScores.names(objective), start);
  }

  static NamedValues loss(double total, double contrastive, double prior, double meanSquared) {
    return PaperScores.losses(total, contrastive, prior, meanSquared);
  }

  static NamedValues scores(
      NamedValues losses, double cosine, double brainToImage, double imageToBrain, int pool) {
    return losses
        .with(PaperScores.COSINE, cosine)
        .with(PaperScores.BRAIN_TO_IMAGE, brainToImage)
        .with(PaperScores.IMAGE_TO_BRAIN, imageToBrain)
        .with(PaperScores.CANDIDATES, pool);
  }

  /** A resumed run has its finished epochs behind it. */
  static RunStart start(long firstStep) {
    List<EpochReport> history =
        IntStream.range(0, (int) firstStep / STEPS_PER_EPOCH).mapToObj(Reports::epoch).toList();
    return new RunStart(firstStep, history, null, List.of());
  }

  static StepReport step(long number) {
    NamedValues loss = loss(3.5 + number, 0.5, 0.1, 0);
    return new StepReport((int) (number / STEPS_PER_EPOCH), number, loss, 0.75, 1.2e-5);
  }

  static EpochReport epoch(int number) {
    NamedValues validation = loss(2.5, 0.5, 0.2, 0);
    return new EpochReport(
        number,
        "BiMixCo",
        loss(3.25 + number, 0.25, 0.1, 0),
        scores(validation, 0.25, 0.5, 0.75, 300),
        number == 0);
  }

  /** A run from one step to another, both included, with the epochs that end on the way. */
  static void run(TrainingListener listener, long first, long last) {
    listener.onStart(plan(first));
    for (long step = first; step <= last; step++) {
      listener.onStep(step(step));
      if ((step + 1) % STEPS_PER_EPOCH == 0) {
        listener.onEpoch(epoch((int) (step / STEPS_PER_EPOCH)));
      }
    }
    listener.onEnd();
  }
}
