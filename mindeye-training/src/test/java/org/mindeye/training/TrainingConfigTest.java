// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.mindeye.core.backbone.BackboneConfig;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.optim.LearningRateSchedule;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;
import org.mindeye.training.OptimizerConfig.Schedule;
import org.mindeye.training.ValidationConfig.Protocol;
import org.mindeye.training.ValidationConfig.Selection;

class TrainingConfigTest {
  private static final TrainingConfig PAPER = TrainingConfig.paper();
  private static final OptimizerConfig ADAM = OptimizerConfig.paper();
  private static final ContrastiveConfig CONTRAST = ContrastiveConfig.paper();

  private static void assertRefused(ThrowingCallable config, String message) {
    assertThatThrownBy(config).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void should_hold_the_published_recipe() {
    assertThat(PAPER)
        .isEqualTo(
            new TrainingConfig(
                240,
                new TrainingConfig.Batches(32, RepeatPolicy.AS_PUBLISHED),
                new TrainingConfig.Loss(
                    new Objective(1, 30, 0),
                    new ContrastiveConfig(
                        0.33,
                        new MixCoConfig(0.15, 0.5),
                        MixCoTargets.AS_PUBLISHED,
                        0.006,
                        0.004,
                        0.0075)),
                new OptimizerConfig(
                    new OptimizerConfig.LearningRate(Schedule.ONE_CYCLE, 3e-4, 2),
                    1e-2,
                    DecayRule.AS_PUBLISHED,
                    1,
                    0,
                    0,
                    Precision.FLOAT32),
                new Freezing(0, java.util.List.of()),
                new ValidationConfig(Protocol.WHOLE_SPLIT, Selection.RETRIEVAL, 0),
                42));
    assertThat(Objective.JOINT_FINAL_LAYER.prior()).isEqualTo(0.03);
    assertThat(ValidationConfig.asPublished().protocol()).isEqualTo(Protocol.AS_PUBLISHED);
  }

  @Test
  void should_change_one_thing_at_a_time() {
    assertThat(PAPER.withEpochs(3).withEpochs(240)).isEqualTo(PAPER);
    assertThat(PAPER.withBatchSize(8).withBatchSize(32)).isEqualTo(PAPER);
    assertThat(PAPER.withObjective(Objective.PRIOR_ONLY).withObjective(Objective.JOINT))
        .isEqualTo(PAPER);
    assertThat(PAPER.withMaxLearningRate(1).withMaxLearningRate(3e-4)).isEqualTo(PAPER);
    assertThat(PAPER.withMaxLearningRate(1).optimizer().learningRate().maximum()).isEqualTo(1);
    assertThat(PAPER.withSeed(7).withSeed(42)).isEqualTo(PAPER);
    assertThat(PAPER.withMixing(0.5, MixCoTargets.CORRECTED).loss().contrastive().targets())
        .isEqualTo(MixCoTargets.CORRECTED);
    assertThat(PAPER.withRepeats(RepeatPolicy.MEAN).withRepeats(RepeatPolicy.AS_PUBLISHED))
        .isEqualTo(PAPER);
    assertThat(PAPER.withValidation(ValidationConfig.asPublished()).validation())
        .isEqualTo(ValidationConfig.asPublished());
    assertThat(ADAM.withAccumulation(4).withAccumulation(1)).isEqualTo(ADAM);
    assertThat(ADAM.withClipNorm(1).withClipNorm(0)).isEqualTo(ADAM);
    assertThat(ADAM.withAverage(0.9).withAverage(0)).isEqualTo(ADAM);
    assertThat(ADAM.withWarmupEpochs(3).withWarmupEpochs(2)).isEqualTo(ADAM);
    assertThat(
            ADAM.withWeightDecay(1, DecayRule.CONVENTIONAL)
                .withWeightDecay(1e-2, DecayRule.AS_PUBLISHED))
        .isEqualTo(ADAM);
  }

  @Test
  void should_survive_json() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readValue(json.writeValueAsString(PAPER), TrainingConfig.class))
        .isEqualTo(PAPER);
  }

  @Test
  void should_scale_all_temperatures() {
    LossSchedule losses = CONTRAST.withTemperaturesTimes(8).schedule(240);
    assertThat(losses.biMixCo().temperature()).isEqualTo(0.048);
    assertThat(losses.softClip().first()).isEqualTo(0.032);
    assertThat(losses.softClip().last()).isEqualTo(0.06);
    assertThat(losses.mixedEpochs()).isEqualTo(79);
    assertThat(losses.epochs()).isEqualTo(240);
  }

  @Test
  void should_follow_the_chosen_schedule() {
    LearningRateSchedule cycle = ADAM.learningRate().over(240, 276);
    assertThat(cycle.at(0).learningRate()).isCloseTo(1.2e-5, within(1e-15));
    assertThat(cycle.at(551).beta1()).isCloseTo(0.85, within(1e-12));
    LearningRateSchedule rising =
        ADAM.withLearningRate(Schedule.RISING, 3e-4).learningRate().over(10, 10);
    assertThat(rising.at(0).learningRate()).isCloseTo(1e-4, within(1e-15));
    assertThat(rising.at(50).learningRate()).isCloseTo(2e-4, within(1e-15));
    assertThat(rising.at(50).beta1()).isEqualTo(0.9);
    LearningRateSchedule cosine =
        ADAM.withLearningRate(Schedule.COSINE, 3e-4).learningRate().over(10, 10);
    assertThat(cosine.at(0).learningRate()).isEqualTo(3e-4);
    assertThat(cosine.at(99).learningRate()).isZero();
    assertThat(
            ADAM.withLearningRate(Schedule.CONSTANT, 1)
                .learningRate()
                .over(10, 10)
                .at(99)
                .learningRate())
        .isEqualTo(1);
  }

  @Test
  void should_name_the_number_that_is_wrong() {
    assertRefused(() -> PAPER.withEpochs(0), "epochs: expected at least 1 but was 0");
    assertRefused(
        () -> PAPER.withBatchSize(1),
        "batches.size: a contrastive loss needs at least 2 samples but was 1");
    assertThat(PAPER.withObjective(Objective.PRIOR_ONLY).withBatchSize(1).batches().size())
        .isEqualTo(1);
    for (double rate : new double[] {0, Double.POSITIVE_INFINITY, Double.NaN}) {
      assertRefused(
          () -> ADAM.withLearningRate(rate), "maximum: expected a positive number but was " + rate);
    }
    for (double decay : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          () -> ADAM.withWeightDecay(decay, DecayRule.AS_PUBLISHED),
          "weightDecay: expected a finite number, 0 or more, but was " + decay);
    }
    assertRefused(() -> ADAM.withAccumulation(0), "accumulation: expected at least 1 but was 0");
    assertRefused(
        () -> ADAM.withClipNorm(-1), "clipNorm: expected a finite number, 0 or more, but was -1.0");
    assertRefused(
        () -> ADAM.withAverage(1), "averageDecay: expected a number in [0, 1) but was 1.0");
    assertRefused(
        () -> ADAM.withPrecision(Precision.INT8_WEIGHTS),
        "precision: INT8_WEIGHTS is for inference, integers have no gradients; train in FLOAT32 or"
            + " BFLOAT16, and load the trained weights in INT8_WEIGHTS");
    assertRefused(
        () -> ADAM.withWarmupEpochs(0), "warmupEpochs: expected a positive number but was 0.0");
    assertRefused(
        () -> CONTRAST.withMixing(1.5, MixCoTargets.CORRECTED),
        "mixedShare: expected a share in [0, 1] but was 1.5");
    assertRefused(
        () -> CONTRAST.withTemperaturesTimes(0),
        "mixedTemperature: expected a positive number but was 0.0");
    assertRefused(
        () -> ValidationConfig.standard().withPatience(-1),
        "patience: expected at least 0 but was -1");
    assertRefused(
        () -> CheckpointPolicy.in(Path.of("x")).keeping(0),
        "keepNewest: expected at least 1 but was 0");
    assertRefused(
        () -> CheckpointPolicy.in(Path.of("x")).every(0, 1),
        "everyEpochs: expected at least 1 but was 0");
  }

  @Test
  void should_know_the_papers_ablations() {
    BackboneConfig backbone = BackboneConfig.paper(100);
    for (Ablation ablation : Ablation.values()) {
      TrainingConfig recipe = ablation.recipe(PAPER);
      boolean same = recipe.equals(PAPER) && ablation.backbone(backbone).equals(backbone);
      assertThat(same).as("%s", ablation).isEqualTo(ablation == Ablation.PUBLISHED);
    }
    assertThat(Ablation.NO_RESIDUALS.backbone(backbone).trunk().residuals()).isFalse();
    assertThat(Ablation.DEPTH_6.backbone(backbone).trunk().blocks()).isEqualTo(6);
    assertThat(Ablation.NO_PROJECTOR.backbone(backbone).projector().exists()).isFalse();
    assertThat(Ablation.MSE_ONLY.recipe(PAPER).loss().objective())
        .isEqualTo(new Objective(0, 0, 1));
    assertThat(Ablation.NCE_ONLY.recipe(PAPER).loss().contrastive().mixCo().threshold()).isZero();
    assertThat(Ablation.BIMIXCO_AND_PRIOR.recipe(PAPER).loss().contrastive().mixedShare())
        .isEqualTo(1);
    assertThat(Ablation.SOFTCLIP_AND_PRIOR.recipe(PAPER).loss().contrastive().mixedShare())
        .isZero();
  }

  @Test
  void should_refuse_an_objective_that_minimises_nothing() {
    assertRefused(
        () -> new Objective(0, 0, 0),
        "objective: all weights are 0, so there is nothing to minimise; give at least one of"
            + " contrastive, prior and meanSquared a weight");
    assertRefused(
        () -> new Objective(1, -1, 0), "prior: expected a finite weight of 0 or more but was -1.0");
  }
}
