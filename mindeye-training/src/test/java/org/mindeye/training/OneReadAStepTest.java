// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mindeye.core.engine.Readback;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.data.Split;
import org.mindeye.data.loader.TrialBatch;

/** The numbers of a step are read from the device together, and still say what was no number. */
class OneReadAStepTest {
  /** How often the device was read from the end of one step to the end of the next. */
  private static final class Reads implements TrainingListener {
    private final List<Long> counts = new ArrayList<>();
    private long before;

    @Override
    public void onStart(RunPlan plan) {
      before = Readback.count();
    }

    @Override
    public void onStep(StepReport report) {
      counts.add(Readback.count() - before);
      before = Readback.count();
    }

    @Override
    public void onEpoch(EpochReport report) {
      before = Readback.count();
    }
  }

  private static OptimizerConfig optimizer(int accumulation) {
    return OptimizerConfig.paper().withAccumulation(accumulation);
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "1, 0.5, 0.9", "2, 0, 0", "2, 0.5, 0.9"})
  void should_read_once(int accumulation, double clip, double average) {
    Reads reads = new Reads();
    TrainingConfig config =
        TinyRun.jointConfig()
            .withObjective(new Objective(1, 30, 2))
            .withOptimizer(optimizer(accumulation).withClipNorm(clip).withAverage(average));
    try (MindEyeModel model = TinyRun.jointModel()) {
      new MindEyeTrainer(config, reads).train(model, TinyRun.training(), TinyRun.validation());
    }
    assertThat(reads.counts).hasSize(16 / accumulation).containsOnly(1L);
  }

  /** Targets of which one image's are bad. */
  private record Spoilt(TinyRun.Drawn good, long image) implements TargetSource {
    @Override
    public ClipSpace space() {
      return good.space();
    }

    @Override
    public ClipTokens targets(TrialBatch batch, NDManager owner) {
      return good.tokens(batch, owner, image);
    }
  }

  @Test
  void should_name_the_sample_in_whichever_batch_of_a_step_it_is() {
    for (int image : new int[] {3, 17, 40, 63}) {
      TrainingSplit training =
          new TrainingSplit(
              Split.TRAIN,
              TinyRun.training().trials(),
              new Spoilt(new TinyRun.Drawn(TinyRun.SPACE), image));
      TrainingConfig config = TinyRun.config().withOptimizer(optimizer(4));
      try (MindEyeModel model = TinyRun.model()) {
        assertThatThrownBy(
                () -> new MindEyeTrainer(config).train(model, training, TinyRun.validation()))
            .isInstanceOf(NotFiniteException.class)
            .hasMessage(
                "epoch 0, step 0: targets of sample sample"
                    + image
                    + " hold NaN or infinity; no parameter was updated in this step; repair or leave"
                    + " out the data");
        assertThat(model.trainable()).noneMatch(p -> p.getArray().hasGradient());
      }
    }
  }

  @Test
  void should_name_the_term_and_the_recipes_remedy_where_all_tensors_are_sound() {
    for (int accumulation : new int[] {1, 2}) {
      TrainingConfig config =
          TinyRun.config()
              .withOptimizer(optimizer(accumulation))
              .withContrastive(ContrastiveConfig.paper().withTemperaturesTimes(1e-38));
      try (MindEyeModel model = TinyRun.model()) {
        assertThatThrownBy(
                () ->
                    new MindEyeTrainer(config)
                        .train(model, TinyRun.training(), TinyRun.validation()))
            .isInstanceOf(NotFiniteException.class)
            .hasMessageMatching(
                "epoch 0, step 0: the loss became \\{total=NaN, contrastive=NaN, prior=0.0,"
                    + " meanSquared=0.0\\} \\(samples \\[sample.*\\]\\); no parameter was updated in"
                    + " this step; lower the learning rate or raise the temperature");
      }
    }
  }

  @Test
  void should_have_a_remedy_for_each_term() {
    try (MindEyeModel model = TinyRun.model()) {
      BatchLoss loss = new BatchLoss(TinyRun.config(), model);
      assertThat(loss.remedy("contrastive"))
          .isEqualTo("lower the learning rate or raise the temperature");
      assertThat(loss.remedy("prior")).isEqualTo("lower the learning rate or clip gradients");
      assertThat(loss.remedy("meanSquared")).isEqualTo("lower the learning rate");
      assertThat(loss.remedy(LossTerm.TOTAL)).isEqualTo("lower the learning rate");
    }
  }
}
