// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.training.OptimizerConfig.Schedule;

/** Settings that contradict each other are refused before a run starts; idle ones are named. */
class SettingsFitTest {
  private static final SelectionRule RULE = SelectionRule.by(PaperScores.LOSS);
  private static final Freezing FOUR = Freezing.allButTheSubjectsLayer(4);

  @TempDir private Path folder;

  private static LoopConfig loop(int epochs, OptimizerConfig optimizer, Freezing freezing) {
    return new LoopConfig(epochs, optimizer, freezing, RULE, 0, 1);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private RunStart start(TrainingConfig config, CheckpointPolicy policy) {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.model()) {
      new MindEyeTrainer(config, recorder)
          .withCheckpoints(policy)
          .stoppingWhen(() -> true)
          .train(model, TinyRun.training(), TinyRun.validation());
    }
    return recorder.plan.start();
  }

  /** And not after the first step, or by never saving. */
  @Test
  void should_name_a_policy_or_a_stop_that_is_null() {
    MindEyeTrainer trainer = new MindEyeTrainer(TrainingConfig.paper());
    assertThatNullPointerException()
        .isThrownBy(() -> trainer.withCheckpoints(null))
        .withMessage("policy");
    assertThatNullPointerException()
        .isThrownBy(() -> trainer.stoppingWhen(null))
        .withMessage("requested");
  }

  @Test
  void should_refuse_a_rise_longer_than_the_run() {
    String message =
        "epochs: the learning rate rises for 2.0, so more are needed but was 2; or let it rise for"
            + " fewer: optimizer.learningRate.warmupEpochs";
    OptimizerConfig cycle = OptimizerConfig.paper();
    assertRefused(() -> loop(2, cycle, Freezing.NONE), message);
    assertRefused(() -> TrainingConfig.paper().withEpochs(2), message);
    OptimizerConfig constant = cycle.withLearningRate(Schedule.CONSTANT, 1e-3);
    assertThat(loop(2, constant, Freezing.NONE).epochs()).isEqualTo(2);
    assertThat(loop(2, cycle.withWarmupEpochs(1.9), Freezing.NONE).epochs()).isEqualTo(2);
  }

  @Test
  void should_refuse_freezing_longer_than_the_run() {
    String message =
        "freezing: only [lin0.0.] is to be trained for 4 epochs but the run has 3; use at most as"
            + " many, or more epochs";
    assertRefused(() -> loop(3, OptimizerConfig.paper(), FOUR), message);
    TrainingConfig three = TrainingConfig.paper().withEpochs(3);
    assertRefused(() -> three.withFreezing(FOUR), message);
    assertThat(loop(4, OptimizerConfig.paper(), FOUR).freezing()).isEqualTo(FOUR);
  }

  @Test
  void should_refuse_to_freeze_everything_before_the_run_starts() {
    Recorder recorder = new Recorder();
    TrainingConfig config = TinyRun.config().withFreezing(new Freezing(1, List.of("ridge.")));
    try (MindEyeModel model = TinyRun.model()) {
      assertRefused(
          () ->
              new MindEyeTrainer(config, recorder)
                  .train(model, TinyRun.training(), TinyRun.validation()),
          "freezing: expected parameters whose names start with one of [ridge.] but there are none");
      assertThat(model.trainable()).noneMatch(p -> p.getArray().hasGradient());
    }
    assertThat(recorder.calls).isEmpty();
  }

  @Test
  void should_name_a_patience_and_a_rhythm_that_never_come() {
    TrainingConfig patient =
        TinyRun.config().withValidation(ValidationConfig.standard().withPatience(4));
    CheckpointPolicy rare = CheckpointPolicy.in(folder.resolve("rare")).every(1, 16);
    assertThat(start(patient, rare).notes())
        .containsExactly(
            "patience: 4 epochs without a better one cannot pass in a run of 4; it will not stop"
                + " early",
            "everySteps: a checkpoint after every 16 steps never comes in a run of 16; it is saved"
                + " after epochs only");
    TrainingConfig ready =
        TinyRun.config().withValidation(ValidationConfig.standard().withPatience(3));
    CheckpointPolicy often = CheckpointPolicy.in(folder.resolve("often")).every(1, 15);
    assertThat(start(ready, often).notes()).isEmpty();
  }

  @Test
  void should_say_what_the_disk_does_as_an_error_of_the_disk() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> start(TinyRun.config(), CheckpointPolicy.in(file)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("checkpoints: ")
        .hasMessageContaining(file.toString());
  }
}
