// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.nn.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.document.Document;
import org.mindeye.core.document.DocumentWriter;
import org.mindeye.core.optim.ParameterGroup;
import org.mindeye.core.optim.ParameterGroups;
import org.mindeye.core.optim.StepRates;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.DecayRule;
import org.mindeye.training.LossProbe;
import org.mindeye.training.Score;
import org.mindeye.training.SelectionRule;
import org.mindeye.training.lowlevel.LowLevelValidationConfig.Selection;

class LowLevelTrainingConfigTest {
  private static final LowLevelTrainingConfig PAPER = LowLevelTrainingConfig.paper();

  @Test
  void should_publish_the_papers_numbers() {
    assertThat(PAPER.epochs()).isEqualTo(120);
    assertThat(PAPER.batchSize()).isEqualTo(8);
    assertThat(PAPER.seed()).isZero();
    assertThat(PAPER.objective()).isEqualTo(new LowLevelObjective(1, 0.1, 0.075, 0, 0));
    assertThat(PAPER.inputs().repeats()).isEqualTo(RepeatPolicy.VOXEL_SELECT);
    assertThat(PAPER.inputs().mixedShare()).isZero();
    assertThat(PAPER.optimizer().weightDecay()).isEqualTo(0.01);
    assertThat(PAPER.optimizer().decayRule()).isEqualTo(DecayRule.AS_PUBLISHED);
    assertThat(PAPER.optimizer().clipNorm()).isZero();
    assertThat(PAPER.loop().selection())
        .isEqualTo(SelectionRule.by(Score.lower(LowLevelScores.MEAN_SQUARED)));
    assertThat(PAPER.mixes(0)).isFalse();
  }

  /** The published run: 120 epochs of 1107 steps. */
  @ParameterizedTest
  @CsvSource({
    "0, 2.0000000e-5, 0.95",
    "1, 2.0000242e-5, 0.94999995",
    "1000, 2.2385289e-4, 0.90753065",
    "2213, 5.0000000e-4, 0.85",
    "5000, 4.9943864e-4, 0.85011228",
    "66420, 2.5665885e-4, 0.89867018",
    "132839, 2.0e-8, 0.95"
  })
  void should_follow_the_published_schedule(long step, double rate, double beta1) {
    StepRates rates = LossProbe.schedule(PAPER.optimizer(), PAPER.epochs(), 1107).at(step);
    assertThat(rates.learningRate()).isCloseTo(rate, within(1e-7 * rate + 1e-12));
    assertThat(rates.beta1()).isCloseTo(beta1, within(1e-8));
  }

  @Test
  void should_decay_norms_and_spare_biases() {
    try (LowLevelNetwork network = new LowLevelNetwork(LowLevelConfig.paper(15724))) {
      List<ParameterGroup> groups =
          ParameterGroups.asPublished(network, PAPER.optimizer().weightDecay());
      for (ParameterGroup group : groups) {
        for (Parameter parameter : group.parameters()) {
          assertThat(group.weightDecay())
              .as(parameter.getName())
              .isEqualTo(parameter.getName().contains("bias") ? 0 : 0.01);
        }
      }
      assertThat(groups.stream().mapToInt(group -> group.parameters().size()).sum()).isEqualTo(114);
      assertThat(groups.stream().flatMap(group -> group.parameters().stream()))
          .extracting(Parameter::getName)
          .contains("lin0.1.weight", "norm.weight", "maps_projector.1.weight");
    }
  }

  @Test
  void should_come_back_from_a_document() {
    LowLevelTrainingConfig changed =
        PAPER
            .withObjective(new LowLevelObjective(1, 0, 0.1, 0, 0))
            .withInputs(PAPER.inputs().withMixing(0.5, new MixCoConfig(0.3, 0.4)))
            .withValidation(
                LowLevelValidationConfig.standard()
                    .withDecoded(7, PixelGrid.unchanged())
                    .withSelection(Selection.SSIM)
                    .withPatience(4))
            .withSeed(9);
    for (LowLevelTrainingConfig config : List.of(PAPER, changed)) {
      assertThat(
              Document.parse("test", DocumentWriter.text(config)).as(LowLevelTrainingConfig.class))
          .isEqualTo(config);
    }
    assertThat(changed.mixes(59)).isTrue();
    assertThat(changed.mixes(60)).isFalse();
  }

  @Test
  void should_refuse_what_does_not_fit_together() {
    assertThatThrownBy(() -> new LowLevelObjective(0, 0, 0.075, 0, 0))
        .hasMessage(
            "objective: all weights are 0, so there is nothing to minimise; give at least one of"
                + " latents, contrastive, reconstruction and edges a weight");
    assertThatThrownBy(() -> new LowLevelObjective(-1, 0, 0.075, 0, 0))
        .hasMessage("latents: expected a finite weight of 0 or more but was -1.0");
    assertThatThrownBy(() -> new LowLevelObjective(1, 0, 0, 0, 0))
        .hasMessageContaining("temperature");
    assertThatThrownBy(() -> PAPER.withBatchSize(0))
        .hasMessage("batchSize: expected at least 1 but was 0");
    assertThatThrownBy(() -> PAPER.withEpochs(2))
        .hasMessageContaining("the learning rate rises for 2.0");
    LowLevelInputs mixing = PAPER.inputs().withMixing(0.3, MixCoConfig.paper());
    LowLevelTrainingConfig alone = PAPER.withObjective(PAPER.objective().withoutTeacher());
    for (LowLevelTrainingConfig config :
        List.of(PAPER, alone.withObjective(alone.objective().withPixels(1, 0)))) {
      assertThatThrownBy(() -> config.withInputs(mixing))
          .hasMessage(
              "mixedShare: mixed samples have mixed latents but no image of their own to compare"
                  + " features or pixels with; mix none, or give contrastive, reconstruction and"
                  + " edges the weight 0");
    }
    assertThat(alone.withInputs(mixing).mixes(35)).isTrue();
    assertThatThrownBy(() -> mixing.withMixing(1.1, MixCoConfig.paper()))
        .hasMessage("mixedShare: expected a share in [0, 1] but was 1.1");
    LowLevelValidationConfig blind = LowLevelValidationConfig.asPublished();
    assertThatThrownBy(() -> blind.withSelection(Selection.SSIM))
        .hasMessage("selection: SSIM needs decoded samples but decoded is 0");
    assertThatThrownBy(() -> blind.withPatience(-1))
        .hasMessage("decoded, patience: expected 0 or more but were 0 and -1");
  }
}
