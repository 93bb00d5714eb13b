package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.mindeye.data.loader.RepeatPolicy;
import org.mindeye.losses.LossSchedule;
import org.mindeye.losses.MixCoConfig;
import org.mindeye.losses.MixCoTargets;

class TrainingConfigTest {
  private static final TrainingConfig PAPER = TrainingConfig.paper();

  private static void assertRefused(Supplier<TrainingConfig> config, String message) {
    assertThatThrownBy(config::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void should_hold_the_published_recipe() {
    assertThat(PAPER)
        .isEqualTo(
            new TrainingConfig(
                240,
                32,
                3e-4,
                1e-2,
                DecayRule.AS_PUBLISHED,
                0.33,
                new MixCoConfig(0.15, 0.5),
                MixCoTargets.AS_PUBLISHED,
                1,
                RepeatPolicy.AS_PUBLISHED,
                42));
  }

  @Test
  void should_change_one_thing_at_a_time() {
    assertThat(PAPER.withEpochs(3).withEpochs(240)).isEqualTo(PAPER);
    assertThat(PAPER.withEpochs(3).epochs()).isEqualTo(3);
    assertThat(PAPER.withBatchSize(8).withBatchSize(32)).isEqualTo(PAPER);
    assertThat(PAPER.withBatchSize(8).batchSize()).isEqualTo(8);
    assertThat(PAPER.withMaxLearningRate(1).withMaxLearningRate(3e-4)).isEqualTo(PAPER);
    assertThat(PAPER.withMaxLearningRate(1).maxLearningRate()).isEqualTo(1);
    assertThat(PAPER.withSeed(7).withSeed(42)).isEqualTo(PAPER);
    assertThat(PAPER.withSeed(7).seed()).isEqualTo(7);

    TrainingConfig decay = PAPER.withWeightDecay(0.1, DecayRule.CONVENTIONAL);
    assertThat(decay.weightDecay()).isEqualTo(0.1);
    assertThat(decay.decayRule()).isEqualTo(DecayRule.CONVENTIONAL);
    assertThat(decay.withWeightDecay(1e-2, DecayRule.AS_PUBLISHED)).isEqualTo(PAPER);

    TrainingConfig mixing = PAPER.withMixing(0.5, MixCoTargets.CORRECTED);
    assertThat(mixing.mixedShare()).isEqualTo(0.5);
    assertThat(mixing.mixCoTargets()).isEqualTo(MixCoTargets.CORRECTED);
    assertThat(mixing.withMixing(0.33, MixCoTargets.AS_PUBLISHED)).isEqualTo(PAPER);

    TrainingConfig repeats = PAPER.withRepeats(RepeatPolicy.MEAN);
    assertThat(repeats.repeats()).isEqualTo(RepeatPolicy.MEAN);
    assertThat(repeats.withRepeats(RepeatPolicy.AS_PUBLISHED)).isEqualTo(PAPER);
  }

  @Test
  void should_scale_all_temperatures() {
    LossSchedule losses = PAPER.withTemperatureScale(8).losses();
    assertThat(losses.biMixCo().temperature()).isEqualTo(0.048);
    assertThat(losses.softClip().first()).isEqualTo(0.032);
    assertThat(losses.softClip().last()).isEqualTo(0.06);
    assertThat(losses.mixedEpochs()).isEqualTo(79);
    assertThat(losses.epochs()).isEqualTo(240);
    assertRefused(
        () -> PAPER.withTemperatureScale(0),
        "temperatureScale: expected a positive number but was 0.0");
  }

  @Test
  void should_name_the_number_that_is_wrong() {
    assertRefused(
        () -> PAPER.withEpochs(2),
        "epochs: expected at least 3 (the learning rate rises for 2) but was 2");
    assertRefused(
        () -> PAPER.withBatchSize(1),
        "batchSize: a contrastive loss needs at least 2 samples but was 1");
    assertRefused(
        () -> PAPER.withMaxLearningRate(0),
        "maxLearningRate: expected a positive number but was 0.0");
    assertRefused(
        () -> PAPER.withMaxLearningRate(Double.POSITIVE_INFINITY),
        "maxLearningRate: expected a positive number but was Infinity");
    assertRefused(
        () -> PAPER.withMaxLearningRate(Double.NaN),
        "maxLearningRate: expected a positive number but was NaN");
    for (double decay : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          () -> PAPER.withWeightDecay(decay, DecayRule.AS_PUBLISHED),
          "weightDecay: expected a finite number, 0 or more, but was " + decay);
    }
    assertRefused(
        () -> PAPER.withMixing(1.5, MixCoTargets.CORRECTED),
        "mixedShare: expected a share in [0, 1] but was 1.5");
  }

  @Test
  void should_refuse_a_missing_choice() {
    assertThatThrownBy(() -> PAPER.withWeightDecay(0, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("decayRule");
    assertThatThrownBy(() -> PAPER.withMixing(0, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("mixCoTargets");
    assertThatThrownBy(() -> PAPER.withRepeats(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("repeats");
  }
}
