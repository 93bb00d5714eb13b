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
    return new RunPlan(config, 64, 300, STEPS_PER_EPOCH, 123, start(firstStep));
  }

  /** A resumed run has its finished epochs behind it. */
  static RunStart start(long firstStep) {
    List<EpochReport> history =
        IntStream.range(0, (int) firstStep / STEPS_PER_EPOCH).mapToObj(Reports::epoch).toList();
    return new RunStart(firstStep, history, null, List.of());
  }

  static StepReport step(long number) {
    LossTerms loss = new LossTerms(3.5 + number, 0.5, 0.1, 0);
    return new StepReport((int) (number / STEPS_PER_EPOCH), number, loss, 0.75, 1.2e-5);
  }

  static EpochReport epoch(int number) {
    LossTerms validation = new LossTerms(2.5, 0.5, 0.2, 0);
    return new EpochReport(
        number,
        "BiMixCo",
        new LossTerms(3.25 + number, 0.25, 0.1, 0),
        new ValidationScores(validation, 0.25, 0.5, 0.75, 300),
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
