// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.StepReport;

class MindEyeTrainerTest {
  private record Outcome(List<EpochReport> history, Map<String, float[]> weights) {}

  private static Outcome run(TrainingConfig config, TrainingListener... listeners) {
    boolean joint = config.loss().objective().prior() > 0;
    try (MindEyeModel model = joint ? TinyRun.jointModel() : TinyRun.model()) {
      List<EpochReport> history =
          new MindEyeTrainer(config, listeners)
              .train(model, TinyRun.training(), TinyRun.validation())
              .history();
      return new Outcome(history, TinyRun.weights(model));
    }
  }

  private static void assertEqual(Outcome one, Outcome other) {
    assertThat(one.history()).isEqualTo(other.history());
    assertThat(one.weights().keySet()).isEqualTo(other.weights().keySet());
    one.weights().forEach((name, w) -> assertThat(w).as(name).isEqualTo(other.weights().get(name)));
  }

  @Test
  void should_repeat_itself_bit_by_bit() {
    Outcome once = run(TinyRun.config());

    assertEqual(run(TinyRun.config()), once);
    assertThat(once.history())
        .hasSize(4)
        .extracting(EpochReport::epoch)
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void should_train_otherwise_with_another_seed() {
    Outcome one = run(TinyRun.config());
    Outcome other = run(TinyRun.config().withSeed(43));

    assertThat(one.history()).isNotEqualTo(other.history());
    one.weights()
        .forEach((name, w) -> assertThat(w).as(name).isNotEqualTo(other.weights().get(name)));
  }

  @Test
  void should_train_in_several_threads_as_in_one() throws Exception {
    Outcome alone = run(TinyRun.config());
    Outcome otherAlone = run(TinyRun.config().withSeed(5));

    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 3; round++) {
        Future<Outcome> one = threads.submit(() -> run(TinyRun.config()));
        Future<Outcome> other = threads.submit(() -> run(TinyRun.config().withSeed(5)));
        assertEqual(one.get(), alone);
        assertEqual(other.get(), otherAlone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void should_learn_an_easy_task() {
    List<EpochReport> history;
    try (MindEyeModel model = MindEyeModel.of(TinyRun.backbone(128))) {
      history =
          new MindEyeTrainer(TinyRun.config().withEpochs(16).withBatchSize(32))
              .train(model, TinyRun.training(320), TinyRun.validation())
              .history();
    }

    EpochReport first = history.get(0);
    EpochReport last = history.get(15);
    assertThat(history.get(4).training().value("total"))
        .isLessThan(0.8 * first.training().value("total"));
    assertThat(last.training().value("total"))
        .isLessThan(0.8 * history.get(5).training().value("total"));
    assertThat(last.validation().value("contrastive"))
        .isLessThan(0.5 * first.validation().value("contrastive"));
    assertThat(last.validation().value("cosine"))
        .isGreaterThan(first.validation().value("cosine") + 0.1);
    double chance = 1.0 / TinyRun.VALIDATION;
    assertThat(last.validation().value("brainToImage")).isGreaterThan(8 * chance);
    assertThat(last.validation().value("imageToBrain")).isGreaterThan(8 * chance);
    assertThat(last.validation().value("candidates")).isEqualTo(TinyRun.VALIDATION);
  }

  private static List<String> losses(int epochs, double share) {
    TrainingConfig config =
        TinyRun.config().withEpochs(epochs).withMixing(share, MixCoTargets.AS_PUBLISHED);
    return run(config).history().stream().map(EpochReport::lossName).toList();
  }

  @Test
  void should_mix_in_exactly_the_first_share_of_the_epochs() {
    assertThat(losses(4, 0.33)).containsExactly("BiMixCo", "SoftCLIP", "SoftCLIP", "SoftCLIP");
    assertThat(losses(5, 0.599))
        .containsExactly("BiMixCo", "BiMixCo", "SoftCLIP", "SoftCLIP", "SoftCLIP");
    assertThat(losses(3, 0)).containsOnly("SoftCLIP");
    assertThat(losses(3, 1)).containsOnly("BiMixCo");
    assertThat(losses(3, 0.33)).containsOnly("SoftCLIP");
  }

  /** Four steps per epoch, two epochs of rise: the eighth step is the highest. */
  @Test
  void should_raise_the_learning_rate_for_two_epochs() {
    Recorder recorder = new Recorder();
    run(TinyRun.config(), recorder);

    double[] rates = recorder.steps.stream().mapToDouble(StepReport::learningRate).toArray();
    assertThat(rates).hasSize(16);
    assertThat(rates[0]).isCloseTo(3e-3 / 25, within(1e-12));
    assertThat(rates[7]).isCloseTo(3e-3, within(1e-12));
    for (int k = 1; k < 16; k++) {
      if (k <= 7) {
        assertThat(rates[k]).isGreaterThan(rates[k - 1]);
      } else {
        assertThat(rates[k]).isLessThan(rates[k - 1]);
      }
    }
    assertThat(rates[15]).isCloseTo(3e-3 / 25 / 1000, within(1e-12));
  }

  @Test
  void should_tell_its_listeners_everything_in_order() {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    TrainingListener order =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            assertThat(second.steps).hasSize(first.steps.size() - 1);
          }
        };
    List<EpochReport> history = run(TinyRun.config(), first, order, second).history();

    List<String> expected = new ArrayList<>(List.of("start"));
    for (int epoch = 0; epoch < 4; epoch++) {
      for (int step = 0; step < 4; step++) {
        expected.add("step " + epoch + "/" + (4 * epoch + step));
      }
      expected.add("epoch " + epoch);
    }
    expected.add("end");
    assertThat(first.calls).isEqualTo(expected);
    assertThat(second.calls).isEqualTo(expected);
    assertThat(first.epochs).isEqualTo(history);
    assertThat(first.plan.length().trainingSamples()).isEqualTo(TinyRun.TRAINING);
    assertThat(first.plan.length().validationSamples()).isEqualTo(TinyRun.VALIDATION);
    assertThat(first.plan.length().stepsPerEpoch()).isEqualTo(4);
    assertThat(first.plan.length().totalSteps()).isEqualTo(16);
    assertThat(first.plan.config()).isEqualTo(TinyRun.config());
  }

  @Test
  void should_average_the_loss_of_an_epoch() {
    Recorder recorder = new Recorder();
    List<EpochReport> history = run(TinyRun.config(), recorder).history();

    for (EpochReport epoch : history) {
      double mean =
          recorder.steps.stream()
                  .filter(step -> step.epoch() == epoch.epoch())
                  .mapToDouble(step -> step.loss().value("total"))
                  .sum()
              / 4;
      assertThat(epoch.training().value("total")).isEqualTo(mean);
    }
  }

  @Test
  void should_not_be_disturbed_by_listeners() {
    assertEqual(run(TinyRun.config(), new Recorder()), run(TinyRun.config()));
  }

  @Test
  void should_train_every_parameter_and_leave_none_recording() {
    try (MindEyeModel model = TinyRun.jointModel()) {
      Map<String, float[]> before = TinyRun.weights(model);
      new MindEyeTrainer(TinyRun.jointConfig())
          .train(model, TinyRun.training(), TinyRun.validation());

      TinyRun.weights(model)
          .forEach((name, w) -> assertThat(w).as(name).isNotEqualTo(before.get(name)));
      assertThat(model.trainable())
          .extracting(Parameter::getArray)
          .noneMatch(array -> array.hasGradient());
    }
  }

  @Test
  void should_leave_no_native_memory_behind() {
    TrainingSplit training = TinyRun.training(4);
    TrainingSplit validation = TinyRun.validation();
    MindEyeTrainer trainer = new MindEyeTrainer(TinyRun.config().withEpochs(3).withBatchSize(2));
    try (MindEyeModel model = TinyRun.model()) {
      LeakCheck.assertNoLeak(20, () -> trainer.train(model, training, validation));
    }
  }

  /** An image that occurs twice is no competitor of itself. */
  @Test
  void should_score_repeated_validation_images_as_single_ones() {
    List<Trial> once = TinyRun.trials(1000, TinyRun.VALIDATION);
    List<Trial> twice = new ArrayList<>(once);
    twice.addAll(once);
    try (MindEyeModel model = TinyRun.model()) {
      new MindEyeTrainer(TinyRun.config()).train(model, TinyRun.training(), TinyRun.validation());
      NamedValues single = validation(once).score(model, 0);
      NamedValues doubled = validation(twice).score(model, 0);

      assertThat(single.value("brainToImage")).isPositive();
      assertThat(doubled.value("brainToImage")).isEqualTo(single.value("brainToImage"));
      assertThat(doubled.value("imageToBrain")).isEqualTo(single.value("imageToBrain"));
    }
  }

  private static Validator validation(List<Trial> trials) {
    return new Validator(
        TinyRun.config(),
        new TrainingSplit(Split.VALIDATION, trials, new TinyRun.Drawn(TinyRun.SPACE)));
  }
}
