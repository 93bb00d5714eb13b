// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.testkit.LeakCheck;

/** What the trainer refuses, and how a run ends that cannot go on. */
class TrainerFailureTest {
  private final MindEyeModel model = TinyRun.model();
  private final Recorder recorder = new Recorder();

  @AfterEach
  void close() {
    model.close();
  }

  private void train(TrainingSplit training, TrainingSplit validation, TrainingListener... more) {
    List<TrainingListener> listeners = new ArrayList<>(List.of(more));
    listeners.add(recorder);
    new MindEyeTrainer(TinyRun.config(), listeners.toArray(TrainingListener[]::new))
        .train(model, training, validation);
  }

  private static TrainingSplit as(Split split, TrainingSplit data) {
    return new TrainingSplit(split, data.trials(), data.targets());
  }

  private void assertNothingHappened() {
    assertThat(recorder.calls).isEmpty();
    assertNoGradients();
  }

  private void assertNoGradients() {
    assertThat(model.trainable()).noneMatch(p -> p.getArray().hasGradient());
  }

  @Test
  void should_refuse_to_choose_on_the_test_split() {
    assertThatThrownBy(() -> train(TinyRun.training(), as(Split.TEST, TinyRun.validation())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the test split cannot choose a model");
    assertNothingHappened();
  }

  @Test
  void should_refuse_to_train_on_another_split() {
    assertThatThrownBy(() -> train(as(Split.VALIDATION, TinyRun.training()), TinyRun.validation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("training split: expected train but was validation");
    assertThatThrownBy(() -> train(as(Split.TEST, TinyRun.training()), TinyRun.validation()))
        .hasMessage("training split: expected train but was test");
    assertNothingHappened();
  }

  @Test
  void should_refuse_to_validate_on_the_training_split() {
    assertThatThrownBy(() -> train(TinyRun.training(), as(Split.TRAIN, TinyRun.validation())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validation split: expected validation but was train");
    assertNothingHappened();
  }

  @Test
  void should_refuse_a_batch_that_memory_cannot_hold() {
    assumeThat(MemoryBudget.of(model.device()).available()).isPresent();
    MindEyeTrainer trainer =
        new MindEyeTrainer(TinyRun.config().withBatchSize(Integer.MAX_VALUE), recorder);

    assertThatThrownBy(() -> trainer.train(model, TinyRun.training(), TinyRun.validation()))
        .isInstanceOf(MindEyeException.class)
        .hasMessageStartingWith("training ")
        .hasMessageContaining(" parameters at batch 2147483647, in addition to its weights, needs ")
        .hasMessageContaining(" are available (")
        .hasMessageContaining("what fits: batch ");
    assertNothingHappened();
  }

  @Test
  void should_say_what_would_fit_in_the_memory_there_is() {
    TrainingConfig config =
        TinyRun.jointConfig()
            .withBatchSize(1 << 16)
            .withOptimizer(OptimizerConfig.paper().withAverage(0.9));
    try (MindEyeModel joint = TinyRun.jointModel()) {
      long needed = TrainingMemory.estimate(joint, config).activations();
      MemoryBudget tight = MemoryBudget.of(needed * 9 / 10, "test");
      assertThatThrownBy(() -> TrainingMemory.requireFits(joint, config, tight))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith(
              "training " + String.format(Locale.ROOT, "%,d", joint.trainableCount()))
          .hasMessageContaining("what fits: batch 32768 (");
      TrainingConfig plain = config.withOptimizer(OptimizerConfig.paper());
      ModelConfig shape = ModelConfig.of(joint);
      assertThat(TrainingMemory.estimate(shape, config))
          .isEqualTo(TrainingMemory.estimate(joint, config));
      MemoryBudget less = MemoryBudget.of(20_000, "a test");
      assertThatThrownBy(() -> TrainingMemory.requireFits(shape, config, less))
          .isInstanceOf(MindEyeException.class)
          .hasMessageMatching("training at batch \\d+ needs .*\\(weights .*\\(a test\\); .*");
      assertThatThrownBy(() -> TrainingMemory.requireLoadable(shape, Precision.FLOAT32, less))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith("loading the networks in FLOAT32 needs ");
      assertThat(TrainingMemory.estimate(joint, config).weights())
          .isEqualTo(2 * TrainingMemory.estimate(joint, plain).weights());
      TrainingConfig summed = plain.withOptimizer(OptimizerConfig.paper().withAccumulation(2));
      assertThat(TrainingMemory.estimate(joint, summed).gradients())
          .isEqualTo(2 * TrainingMemory.estimate(joint, plain).gradients());
    }
  }

  @Test
  void should_refuse_pictures_that_are_in_both_splits() {
    List<Trial> trials = new ArrayList<>(TinyRun.validation().trials());
    trials.addAll(TinyRun.trials(3, 2));
    TrainingSplit overlapping =
        new TrainingSplit(Split.VALIDATION, trials, TinyRun.validation().targets());

    assertThatThrownBy(() -> train(TinyRun.training(), overlapping))
        .isInstanceOf(MindEyeException.class)
        .hasMessage(
            "expected no image in two splits but train and validation share 2, coco ids 3, 4;"
                + " remove them from one of the splits");
    assertNothingHappened();
  }

  @Test
  void should_refuse_targets_of_another_space() {
    TargetSource other = new TinyRun.Drawn(new ClipSpace(1, 12));
    TrainingSplit training = TinyRun.training();

    assertThatThrownBy(
            () ->
                train(
                    new TrainingSplit(Split.TRAIN, training.trials(), other), TinyRun.validation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("train targets: a 1x12 space, but the backbone predicts 2x6");
    assertThatThrownBy(
            () ->
                train(
                    training,
                    new TrainingSplit(Split.VALIDATION, TinyRun.validation().trials(), other)))
        .hasMessage("validation targets: a 1x12 space, but the backbone predicts 2x6");
    assertNothingHappened();
  }

  @Test
  void should_refuse_voxels_the_backbone_does_not_read() {
    TrainingSplit other =
        new TrainingSplit(
            Split.VALIDATION,
            List.of(TinyRun.trial(500, TinyRun.VOXELS), TinyRun.trial(501, 29)),
            TinyRun.validation().targets());

    assertThatThrownBy(() -> train(TinyRun.training(), other))
        .isInstanceOf(ShapeMismatchException.class)
        .hasMessage(
            "validation sample sample501: expected the 30 voxels that the backbone reads but found"
                + " 29");
    assertNothingHappened();
  }

  @Test
  void should_refuse_a_split_without_samples() {
    assertThatThrownBy(
            () ->
                new TrainingSplit(
                    Split.TRAIN, Collections.emptyList(), TinyRun.training().targets()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the train split has no samples");
  }

  @Test
  void should_refuse_a_split_smaller_than_a_batch() {
    TrainingSplit few =
        new TrainingSplit(Split.TRAIN, TinyRun.trials(0, 5), TinyRun.training().targets());

    assertThatThrownBy(() -> train(few, TinyRun.validation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 trials do not fill one batch of 16");
    assertNothingHappened();
  }

  /** Targets that turn bad in one batch. */
  private static final class Breaking implements TargetSource {
    private final TinyRun.Drawn good = new TinyRun.Drawn(TinyRun.SPACE);
    private final int batch;
    private int batches;
    private TrialBatch broken;

    Breaking(int batch) {
      this.batch = batch;
    }

    @Override
    public ClipSpace space() {
      return good.space();
    }

    @Override
    public ClipTokens targets(TrialBatch next, NDManager owner) {
      boolean bad = batches++ == batch;
      broken = bad ? next : broken;
      return good.tokens(next, owner, bad ? next.cocoIds()[3] : -1);
    }
  }

  /** Step 2 mixes, step 9 does not. */
  @Test
  void should_stop_in_the_very_step_whose_loss_is_not_a_number() {
    for (int step : new int[] {2, 9}) {
      recorder.calls.clear();
      Breaking targets = new Breaking(step);
      TrainingSplit training = new TrainingSplit(Split.TRAIN, TinyRun.training().trials(), targets);

      assertThatThrownBy(() -> train(training, TinyRun.validation()))
          .isInstanceOf(NotFiniteException.class)
          .hasMessage(
              "epoch "
                  + step / 4
                  + ", step "
                  + step
                  + ": targets of sample "
                  + targets.broken.keys().get(3)
                  + " hold NaN or infinity; no parameter was updated in this step; repair or leave out"
                  + " the data");
      assertThat(recorder.calls)
          .startsWith("start")
          .endsWith("step " + step / 4 + "/" + (step - 1), "end")
          .doesNotContain("step " + step / 4 + "/" + step);
      assertNoGradients();
      TinyRun.weights(model)
          .values()
          .forEach(
              weights -> {
                for (float weight : weights) {
                  assertThat(weight).isFinite();
                }
              });
    }
  }

  /** Throws in one of the calls. */
  @Test
  void should_refuse_scores_that_are_not_numbers() {
    Breaking targets = new Breaking(0);
    TrainingSplit validation =
        new TrainingSplit(Split.VALIDATION, TinyRun.validation().trials(), targets);

    assertThatThrownBy(() -> train(TinyRun.training(), validation))
        .isInstanceOf(NotFiniteException.class)
        .hasMessage(
            "epoch 0, validation: targets of sample "
                + targets.broken.keys().get(3)
                + " hold NaN or infinity; repair or leave out the data");
    assertThat(recorder.calls).contains("step 0/3").doesNotContain("epoch 0").endsWith("end");
    assertNoGradients();
  }

  private record Thrower(String where) implements TrainingListener {
    private void call(String method) {
      if (method.equals(where)) {
        throw new IllegalStateException("refused in " + where);
      }
    }

    @Override
    public void onStart(RunPlan plan) {
      call("onStart");
    }

    @Override
    public void onStep(StepReport report) {
      call("onStep");
    }

    @Override
    public void onEpoch(EpochReport report) {
      call("onEpoch");
    }

    @Override
    public void onEnd() {
      call("onEnd");
    }
  }

  private void assertEnds(String where, String... expectedCalls) {
    recorder.calls.clear();
    Recorder before = new Recorder();
    assertThatThrownBy(
            () ->
                new MindEyeTrainer(TinyRun.config(), before, new Thrower(where), recorder)
                    .train(model, TinyRun.training(), TinyRun.validation()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("refused in " + where)
        .hasNoSuppressedExceptions();
    assertThat(before.calls).startsWith("start").endsWith("end");
    assertThat(recorder.calls).endsWith(expectedCalls);
    assertNoGradients();
  }

  @Test
  void should_end_when_a_listener_throws() {
    assertEnds("onStep", "start", "end");
    assertEnds("onEpoch", "step 0/3", "end");
  }

  @Test
  void should_end_the_other_listeners_when_one_cannot_end() {
    assertEnds("onEnd", "epoch 3", "end");
  }

  /** A listener that never heard of the start does not hear of the end. */
  @Test
  void should_end_only_the_listeners_that_were_started() {
    assertEnds("onStart");
    assertThat(recorder.calls).isEmpty();
  }

  @Test
  void should_report_the_first_failure_and_keep_those_that_follow() {
    assertThatThrownBy(
            () ->
                train(
                    TinyRun.training(),
                    TinyRun.validation(),
                    new Thrower("onStep"),
                    new Thrower("onEnd"),
                    new Thrower("onEnd")))
        .hasMessage("refused in onStep")
        .satisfies(
            error -> {
              assertThat(error.getSuppressed()).hasSize(1);
              assertThat(error.getSuppressed()[0]).hasMessage("refused in onEnd");
              assertThat(error.getSuppressed()[0].getSuppressed()).hasSize(1);
            });
    assertThat(recorder.calls).containsExactly("start", "end");
  }

  @Test
  void should_leave_no_native_memory_behind_when_it_fails() {
    MindEyeTrainer trainer = new MindEyeTrainer(TinyRun.config(), new Thrower("onStep"));
    TrainingSplit training = TinyRun.training();
    TrainingSplit validation = TinyRun.validation();

    LeakCheck.assertNoLeak(
        20,
        () ->
            assertThatThrownBy(() -> trainer.train(model, training, validation))
                .hasMessage("refused in onStep"));
  }
}
