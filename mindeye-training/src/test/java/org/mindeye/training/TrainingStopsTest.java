// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingResult.End;

/** When a training ends before its last epoch. */
class TrainingStopsTest {
  private static final TrainingConfig JOINT = TinyRun.jointConfig();

  @Test
  void should_stop_early_when_nothing_gets_better() {
    TrainingConfig patient =
        JOINT
            .withEpochs(30)
            .withMaxLearningRate(1e-12)
            .withValidation(ValidationConfig.standard().withPatience(3));
    TrainingResult result;
    try (MindEyeModel model = TinyRun.jointModel()) {
      result = new MindEyeTrainer(patient).train(model, TinyRun.training(), TinyRun.validation());
    }
    assertThat(result.end()).isEqualTo(End.EARLY);
    List<EpochReport> history = result.history();
    assertThat(history.size()).isLessThan(30);
    assertThat(history.subList(history.size() - 3, history.size())).noneMatch(EpochReport::best);
    assertThat(history.get(history.size() - 4).best()).isTrue();
    assertThat(history.get(0).best()).isTrue();
  }

  @Test
  void should_stop_when_asked_and_say_so() {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult result =
          new MindEyeTrainer(JOINT, recorder)
              .stoppingWhen(() -> recorder.steps.size() == 6)
              .train(model, TinyRun.training(), TinyRun.validation());
      assertThat(result.end()).isEqualTo(End.STOPPED);
      assertThat(result.steps()).isEqualTo(6);
      assertThat(result.history()).hasSize(1);
      assertThat(recorder.calls).endsWith("step 1/5", "end");
    }
  }

  @Test
  void should_validate_an_epoch_it_has_finished_before_it_stops() {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult result =
          new MindEyeTrainer(JOINT, recorder)
              .stoppingWhen(() -> recorder.steps.size() == 4)
              .train(model, TinyRun.training(), TinyRun.validation());
      assertThat(result.end()).isEqualTo(End.STOPPED);
      assertThat(result.steps()).isEqualTo(4);
      assertThat(recorder.calls).endsWith("step 0/3", "epoch 0", "end");
    }
  }

  /** Asked for during validation, it needs no further step. */
  @Test
  void should_stop_after_a_validation() {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      new MindEyeTrainer(JOINT, recorder)
          .stoppingWhen(() -> recorder.epochs.size() == 2)
          .train(model, TinyRun.training(), TinyRun.validation());
      assertThat(recorder.calls).endsWith("step 1/7", "epoch 1", "end");
    }
  }
}
