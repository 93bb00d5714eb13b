// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.nn.Network;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.loader.TrialBatch;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.TrainingListener.EpochReport;
import org.mindeye.training.TrainingListener.StepReport;
import org.mindeye.training.TrainingResult.End;

/** What a recipe can ask for, on a task that trains in a blink. */
class TrainingOptionsTest {
  private static final TrainingConfig JOINT = TinyRun.jointConfig();

  private record Outcome(
      TrainingResult result, Map<String, float[]> weights, List<StepReport> steps) {}

  private static Outcome run(TrainingConfig config) {
    return run(config, TinyRun.training());
  }

  private static Outcome run(TrainingConfig config, TrainingSplit training) {
    Recorder recorder = new Recorder();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingResult result =
          new MindEyeTrainer(config, recorder).train(model, training, TinyRun.validation());
      return new Outcome(result, TinyRun.weights(model), recorder.steps);
    }
  }

  private static Map<String, float[]> initial() {
    try (MindEyeModel model = TinyRun.jointModel()) {
      return TinyRun.weights(model);
    }
  }

  private static List<String> changed(Map<String, float[]> weights) {
    List<String> changed = new ArrayList<>();
    initial()
        .forEach(
            (name, before) -> {
              if (!java.util.Arrays.equals(before, weights.get(name))) {
                changed.add(name);
              }
            });
    return changed;
  }

  @Test
  void should_weigh_all_losses_together() {
    Objective all = new Objective(2, 3, 5);
    Outcome outcome = run(JOINT.withObjective(all));
    for (StepReport step : outcome.steps()) {
      NamedValues terms = step.loss();
      assertThat(terms.value("contrastive")).isPositive();
      assertThat(terms.value("prior")).isPositive();
      assertThat(terms.value("meanSquared")).isPositive();
      double sum =
          2 * terms.value("contrastive")
              + 3 * terms.value("prior")
              + 5 * terms.value("meanSquared");
      assertThat(terms.value("total")).isCloseTo(sum, within(1e-5 * sum));
      assertThat(step.gradientNorm()).isPositive();
    }
    for (EpochReport epoch : outcome.result().history()) {
      NamedValues terms = epoch.validation();
      double sum =
          2 * terms.value("contrastive")
              + 3 * terms.value("prior")
              + 5 * terms.value("meanSquared");
      assertThat(terms.value("total")).isCloseTo(sum, within(1e-9 * sum));
    }
  }

  @Test
  void should_train_only_what_the_objective_reaches() {
    List<String> contrastive =
        changed(run(JOINT.withObjective(Objective.CONTRASTIVE_ONLY)).weights());
    assertThat(contrastive).contains("lin0.0.weight", "projector.8.weight");
    assertThat(contrastive).noneMatch(name -> name.startsWith("causal_transformer"));

    List<String> prior = changed(run(JOINT.withObjective(Objective.PRIOR_ONLY)).weights());
    assertThat(prior).contains("lin0.0.weight", "learned_query", "null_brain_embeds");
    assertThat(prior).noneMatch(name -> name.startsWith("projector"));

    List<String> squared = changed(run(JOINT.withObjective(new Objective(0, 0, 1))).weights());
    assertThat(squared).contains("lin1.weight");
    assertThat(squared).noneMatch(name -> name.startsWith("projector"));

    assertThat(changed(run(JOINT).weights())).hasSize(initial().size());
  }

  @Test
  void should_learn_with_the_prior_beside_it() {
    Outcome outcome = run(JOINT.withEpochs(30));
    List<EpochReport> history = outcome.result().history();
    assertThat(history.get(29).validation().value("prior"))
        .isLessThan(0.9 * history.get(0).validation().value("prior"));
    assertThat(history.get(29).training().value("prior"))
        .isLessThan(0.9 * history.get(0).training().value("prior"));
    assertThat(outcome.result().end()).isEqualTo(End.COMPLETE);
    assertThat(outcome.result().steps()).isEqualTo(120);
  }

  /** Four batches of 16 an epoch: two steps of two, or one step of three and one batch left out. */
  @Test
  void should_take_the_mean_gradient_of_several_batches() {
    for (int batches : new int[] {2, 3}) {
      TrainingConfig config = JOINT.withOptimizer(JOINT.optimizer().withAccumulation(batches));
      Outcome outcome = run(config);
      assertThat(outcome.result().steps()).isEqualTo(4L * (4 / batches));
    }
    TrainingConfig tooMany = JOINT.withOptimizer(JOINT.optimizer().withAccumulation(5));
    assertThatThrownBy(() -> run(tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "accumulation: 4 batches an epoch do not fill one step of 5; use fewer for a step, or"
                + " smaller batches");
  }

  /** The squared error is a mean over samples, so halves of a batch add up to the whole. */
  @Test
  void should_accumulate_to_the_gradient_of_the_whole_batch() {
    TrainingConfig plain =
        JOINT
            .withObjective(new Objective(0, 0, 1))
            .withMixing(0, MixCoTargets.AS_PUBLISHED)
            .withEpochs(3);
    List<Map<String, float[]>> weights = new ArrayList<>();
    for (int parts : new int[] {1, 2}) {
      TrainingConfig config = plain.withOptimizer(plain.optimizer().withAccumulation(parts));
      try (MindEyeModel model =
              MindEyeModel.of(TinyRun.initialized(TinyRun.backboneConfig(32).withDropout(0, 0)));
          StepEngine<MindEyeModel, PaperBatch> engine = TinyRun.engine(config, model, 1)) {
        engine.step(0, 0, inputs(16 / parts));
        weights.add(TinyRun.weights(model));
      }
    }
    weights
        .get(0)
        .forEach(
            (name, whole) -> {
              for (int i = 0; i < whole.length; i++) {
                assertThat(weights.get(1).get(name)[i]).as(name).isCloseTo(whole[i], within(2e-6f));
              }
            });
  }

  private static List<PaperBatch> inputs(int size) {
    TrainingSplit data = TinyRun.training(16);
    List<PaperBatch> all = new ArrayList<>();
    for (int from = 0; from < 16; from += size) {
      List<Trial> part = data.trials().subList(from, from + size);
      TrialBatch batch =
          new org.mindeye.data.loader.TrialLoader(
                  part, org.mindeye.data.loader.LoaderConfig.evaluation(size))
              .epoch(0)
              .iterator()
              .next();
      all.add(PaperBatch.of(batch, data.targets()));
    }
    return all;
  }

  @Test
  void should_clip_long_gradients_and_report_them_unclipped() {
    Outcome free = run(JOINT);
    double norm = free.steps().get(0).gradientNorm();
    Outcome loose = run(JOINT.withOptimizer(JOINT.optimizer().withClipNorm(1e6)));
    Outcome tight = run(JOINT.withOptimizer(JOINT.optimizer().withClipNorm(norm / 100)));
    assertThat(loose.steps()).isEqualTo(free.steps());
    assertThat(tight.steps().get(0)).isEqualTo(free.steps().get(0));
    assertThat(tight.steps().get(3)).isNotEqualTo(free.steps().get(3));
  }

  @Test
  void should_average_the_weights_and_judge_the_average() {
    Outcome plain = run(JOINT);
    Outcome averaged = run(JOINT.withOptimizer(JOINT.optimizer().withAverage(0.5)));
    assertThat(averaged.steps()).isEqualTo(plain.steps());
    assertThat(averaged.result().history()).isNotEqualTo(plain.result().history());

    TrainingConfig config = JOINT.withOptimizer(JOINT.optimizer().withAverage(0.75));
    try (MindEyeModel model = TinyRun.jointModel();
        StepEngine<MindEyeModel, PaperBatch> engine = TinyRun.engine(config, model, 4)) {
      Map<String, float[]> expected = new TreeMap<>(TinyRun.weights(model));
      for (int step = 0; step < 3; step++) {
        engine.step(0, step, inputs(16));
        TinyRun.weights(model)
            .forEach(
                (name, weight) -> {
                  float[] average = expected.get(name);
                  for (int i = 0; i < average.length; i++) {
                    average[i] = 0.75f * average[i] + 0.25f * weight[i];
                  }
                });
      }
      assertClose(TinyRun.weights(engine.judged()), expected);
      engine.takeOverAverage();
      assertClose(TinyRun.weights(model), expected);
      assertSameBuffers(model, engine.judged());
    }
  }

  private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected) {
    expected.forEach(
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            assertThat(actual.get(name)[i]).as(name).isCloseTo(values[i], within(1e-6f));
          }
        });
  }

  /** What is not trained must not drift. */
  private static void assertSameBuffers(MindEyeModel one, MindEyeModel other) {
    String name = "causal_transformer.layers.0.0.rotary_emb.freqs";
    Network first = one.networks().get(0);
    assertThat(other.networks().get(0).arrays().get(name).toFloatArray())
        .isEqualTo(first.arrays().get(name).toFloatArray());
  }

  /** Two epochs of four steps with the subject's layer alone, then everything. */
  @Test
  void should_train_a_part_first_and_then_everything() {
    TrainingConfig config = JOINT.withFreezing(Freezing.allButTheSubjectsLayer(2));
    Map<String, float[]> afterTwo = new TreeMap<>();
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingListener look =
          new TrainingListener() {
            @Override
            public void onStep(StepReport report) {
              if (report.step() == 7) {
                model
                    .networks()
                    .forEach(
                        n -> n.arrays().forEach((name, a) -> afterTwo.put(name, a.toFloatArray())));
              }
            }
          };
      new MindEyeTrainer(config, look).train(model, TinyRun.training(), TinyRun.validation());
      assertThat(changed(afterTwo)).containsExactlyInAnyOrder("lin0.0.weight", "lin0.0.bias");
      assertThat(changed(TinyRun.weights(model))).hasSize(initial().size());
      assertThat(model.trainable().count()).isEqualTo(initial().size());
      MindEyeTrainer wrong =
          new MindEyeTrainer(JOINT.withFreezing(new Freezing(1, List.of("ridge."))));
      assertThatThrownBy(() -> wrong.train(model, TinyRun.training(), TinyRun.validation()))
          .hasMessage(
              "freezing: expected parameters whose names start with one of [ridge.] but there are"
                  + " none");
      assertThat(model.trainable().count()).isEqualTo(initial().size());
    }
    assertThatThrownBy(() -> new Freezing(1, List.of()))
        .hasMessage("only: for 1 epoch nothing would be trained; name something");
  }

  @Test
  void should_score_the_prior_with_the_same_noise_in_every_epoch() {
    try (MindEyeModel model = TinyRun.jointModel()) {
      Validator fixed = new Validator(JOINT, TinyRun.validation());
      assertThat(fixed.score(model, 0)).isEqualTo(fixed.score(model, 3));
      TrainingConfig published = JOINT.withValidation(ValidationConfig.asPublished());
      Validator fresh = new Validator(published, TinyRun.validation());
      assertThat(fresh.score(model, 2)).isEqualTo(fresh.score(model, 2));
      assertThat(fresh.score(model, 2).value("prior"))
          .isNotEqualTo(fresh.score(model, 3).value("prior"));
      assertThat(fresh.score(model, 2).value("contrastive"))
          .isNotEqualTo(fixed.score(model, 2).value("contrastive"));
      LeakCheck.assertNoLeak(20, () -> fixed.score(model, 0));
      LeakCheck.assertNoLeak(20, () -> fresh.score(model, 0));
    }
  }

  @Test
  void should_score_whole_pools_of_300_as_published() {
    TrainingSplit many =
        new TrainingSplit(
            Split.VALIDATION, TinyRun.trials(1000, 610), new TinyRun.Drawn(TinyRun.SPACE));
    try (MindEyeModel model = TinyRun.jointModel()) {
      TrainingConfig published = JOINT.withValidation(ValidationConfig.asPublished());
      assertThat(new Validator(published, many).score(model, 0).value("candidates")).isEqualTo(300);
      assertThat(new Validator(JOINT, many).score(model, 0).value("candidates")).isEqualTo(610);
    }
  }

  @Test
  void should_choose_by_retrieval_then_loss() {
    NamedValues low = Reports.scores(Reports.loss(1, 1, 0, 0), 0, 0.5, 0.5, 9);
    NamedValues tie = Reports.scores(Reports.loss(2, 2, 0, 0), 0, 0.4, 0.6, 9);
    NamedValues high = Reports.scores(Reports.loss(3, 3, 0, 0), 0, 0.7, 0.6, 9);
    SelectionRule retrieval = rule(ValidationConfig.Selection.RETRIEVAL);
    assertThat(retrieval.better(high, low)).isTrue();
    assertThat(retrieval.better(low, tie)).isTrue();
    assertThat(retrieval.better(tie, low)).isFalse();
    assertThat(rule(ValidationConfig.Selection.LOSS).better(low, high)).isTrue();
  }

  private static SelectionRule rule(ValidationConfig.Selection selection) {
    return ValidationConfig.standard().withSelection(selection).rule();
  }

  @Test
  void should_refuse_a_prior_that_is_not_there() {
    try (MindEyeModel model = TinyRun.model()) {
      MindEyeTrainer trainer = new MindEyeTrainer(JOINT);
      assertThatThrownBy(() -> trainer.train(model, TinyRun.training(), TinyRun.validation()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "objective: the prior's loss has the weight 30.0 but the model has no prior; give it"
                  + " one, or train with Objective.CONTRASTIVE_ONLY");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"voxels", "targets", "weights"})
  void should_name_the_tensor_and_the_sample_that_are_not_finite(String broken) {
    try (MindEyeModel model = TinyRun.jointModel();
        StepEngine<MindEyeModel, PaperBatch> engine = TinyRun.engine(JOINT, model, 4);
        NDManager manager = Torch.newManager(Device.cpu())) {
      PaperBatch good = inputs(16).get(0);
      if (broken.equals("weights")) {
        NDArray gain = model.backbone().arrays().get("projector.0.weight");
        gain.set(new float[] {Float.NaN, 1, 1, 1, 1, 1});
      }
      PaperBatch bad =
          new PaperBatch(
              owner -> {
                var voxels = good.voxels().apply(owner);
                if (broken.equals("voxels")) {
                  voxels.array().set(new ai.djl.ndarray.index.NDIndex("5, 3"), Float.NaN);
                }
                return voxels;
              },
              () ->
                  owner -> {
                    ClipTokens image = good.image().get().apply(owner);
                    if (broken.equals("targets")) {
                      image
                          .array()
                          .set(
                              new ai.djl.ndarray.index.NDIndex("7, 1, 2"), Float.POSITIVE_INFINITY);
                    }
                    return image;
                  },
              good.keys());
      Map<String, float[]> before = TinyRun.weights(model);
      String what =
          switch (broken) {
            case "voxels" -> "voxels of sample sample5 hold";
            case "targets" -> "targets of sample sample7 hold";
            default ->
                "the projected tokens of sample sample0, sample1, sample2, sample3,"
                    + " sample4 and 11 more hold";
          };
      assertThatThrownBy(() -> engine.step(3, 12, List.of(bad)))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith("epoch 3, step 12: " + what + " NaN or infinity")
          .hasMessageContaining("no parameter was updated in this step");
      assertThat(TinyRun.weights(model).keySet()).isEqualTo(before.keySet());
      before.forEach(
          (name, w) -> assertThat(TinyRun.weights(model).get(name)).as(name).isEqualTo(w));
    }
  }
}
