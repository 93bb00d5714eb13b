// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.testkit.LeakCheck;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.NamedValues;
import org.mindeye.training.NetworkWeights;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.SplitUses;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainingPart;
import org.mindeye.training.TrainingResult;

class ClipTrainerTest {
  private static final ClipTrainingConfig CONFIG =
      ClipTrainingConfig.standard(3).withBatchSize(4).withPool(3);

  @TempDir private Path folder;

  private static DescribedSplit training() {
    return TinyTowers.split(Split.TRAIN, 18);
  }

  private static DescribedSplit validation() {
    return TinyTowers.split(Split.VALIDATION, 7);
  }

  @Test
  void should_go_on_with_the_same_bits_wherever_it_stops() {
    ClipTrainingConfig averaging =
        CONFIG.withOptimizer(CONFIG.optimizer().withAccumulation(2).withAverage(0.5));
    Map<String, ClipTrainingConfig> configs =
        Map.of(
            "plain",
            CONFIG,
            "averaging",
            averaging,
            "half",
            CONFIG.withPrecision(Precision.BFLOAT16));
    configs.forEach(
        (name, config) -> {
          TrainingPart training = (seed, control, resumed) -> train(config, seed, control, resumed);
          TrainingResult result = training.requireSameBits(folder.resolve(name), 1, 4, 5);
          assertThat(result.steps()).isEqualTo(config == averaging ? 6 : 12);
        });
  }

  private static TrainingPart.Left train(
      ClipTrainingConfig config, long seed, RunControl control, boolean resumed) {
    try (ClipTowers towers = TinyTowers.towers(seed)) {
      ClipTrainer trainer = new ClipTrainer(config, control);
      TrainingResult result =
          resumed
              ? trainer.resume(towers, training(), validation())
              : trainer.train(towers, training(), validation());
      return new TrainingPart.Left(result, NetworkWeights.of(towers.networks()));
    }
  }

  @Test
  void should_learn_what_is_said_and_what_is_where() {
    ClipTrainingConfig longer =
        ClipTrainingConfig.standard(30)
            .withBatchSize(16)
            .withOptimizer(ClipTrainingConfig.standard(30).optimizer().withLearningRate(5e-3));
    try (ClipTowers towers = TinyTowers.towers(1)) {
      TrainingResult result =
          new ClipTrainer(longer)
              .train(
                  towers,
                  TinyTowers.split(Split.TRAIN, 160),
                  TinyTowers.split(Split.VALIDATION, 48));
      NamedValues first = result.history().get(0).training();
      NamedValues last = result.history().get(29).training();
      assertThat(first.names()).containsExactly("total", "contrastive", "questions", "places");
      assertThat(last.value("contrastive")).isLessThan(0.8 * first.value("contrastive"));
      assertThat(last.value("questions")).isLessThan(0.3 * first.value("questions"));
      assertThat(last.value("places")).isLessThan(0.5 * first.value("places"));
      NamedValues scores = result.history().get(29).validation();
      assertThat(scores.names())
          .containsExactly(
              "textToImage", "imageToText", "color", "corner", "placeSquare", "placeColor");
      // A guess finds one in twelve and knows one colour in three; of four patches three are
      // ground.
      assertThat(scores.value("textToImage")).as("%s", scores).isGreaterThan(0.2);
      assertThat(scores.value("imageToText")).as("%s", scores).isGreaterThan(0.2);
      assertThat(scores.value("color")).as("%s", scores).isGreaterThan(0.9);
      assertThat(scores.value("corner")).as("%s", scores).isGreaterThan(0.9);
      assertThat(scores.value("placeSquare")).as("%s", scores).isGreaterThan(0.9);
      assertThat(scores.value("placeColor")).as("%s", scores).isGreaterThan(0.9);
    }
  }

  /** Each score again, picture by picture, from the towers' own outputs. */
  @Test
  void should_report_what_a_plain_computation_gives() {
    List<DescribedPicture> pictures = validation().pictures();
    try (ClipTowers towers = TinyTowers.towers(1);
        CallScope scope = CallScope.open(Device.cpu())) {
      NamedValues scores = new ClipTrainer(CONFIG).score(towers, validation());
      double[][] images = new double[pictures.size()][];
      double[][] texts = new double[pictures.size()][];
      for (int i = 0; i < images.length; i++) {
        images[i] = TinyTowers.image(towers, pictures.get(i), scope.manager());
        texts[i] = TinyTowers.text(towers, pictures.get(i).description(), scope.manager());
      }
      double[][] colors =
          TinyTowers.TASK.questions().get(0).answers().stream()
              .map(answer -> TinyTowers.text(towers, answer, scope.manager()))
              .toArray(double[][]::new);
      int found = 0;
      int right = 0;
      for (int i = 0; i < images.length; i++) {
        int from = i - i % 3;
        int best = from;
        for (int j = from; j < Math.min(from + 3, images.length); j++) {
          best =
              TinyTowers.dot(texts[i], images[j]) > TinyTowers.dot(texts[i], images[best])
                  ? j
                  : best;
        }
        found += pictures.get(best).description().equals(pictures.get(i).description()) ? 1 : 0;
        int said = 0;
        for (int c = 1; c < colors.length; c++) {
          said =
              TinyTowers.dot(images[i], colors[c]) > TinyTowers.dot(images[i], colors[said])
                  ? c
                  : said;
        }
        right += pictures.get(i).description().phrases().contains(Phrase.of(said)) ? 1 : 0;
      }
      assertThat(scores.value("textToImage")).isCloseTo(found / 7.0, within(1e-9));
      assertThat(scores.value("color")).isCloseTo(right / 7.0, within(1e-9));
    }
  }

  @Test
  void should_load_the_image_tower_from_its_run() throws IOException {
    RunFolder run = RunFolder.at(folder);
    try (ClipTowers towers = TinyTowers.towers(1)) {
      new ClipTrainer(CONFIG)
          .withCheckpoints(CheckpointPolicy.in(run.checkpoints()))
          .train(towers, training(), validation());
      try (ClipVisionTransformer last =
          TrainedRun.open(folder).last(w -> ClipTrainer.load(w, Device.cpu()))) {
        assertThat(last.config()).isEqualTo(TinyTowers.SHAPE);
        last.arrays()
            .forEach(
                (name, array) ->
                    assertThat(array.toFloatArray())
                        .isEqualTo(towers.vision().arrays().get(name).toFloatArray()));
      }
      WeightFiles.write(run.weights(), towers.vision(), TinyTowers.SHAPE.metadata());
    }
    try (ClipVisionTransformer end =
        ClipTrainer.load(TrainedRun.open(folder).end().orElseThrow(), Device.cpu())) {
      assertThat(end.config()).isEqualTo(TinyTowers.SHAPE);
    }
  }

  @Test
  void should_leave_no_native_memory_behind() {
    DescribedSplit some = TinyTowers.split(Split.TEST, 3);
    ClipTrainer trainer = new ClipTrainer(CONFIG);
    try (ClipTowers towers = TinyTowers.towers(1)) {
      LeakCheck.assertNoLeak(() -> trainer.score(towers, some));
      LeakCheck.assertNoLeak(() -> towers.twin().close());
      LeakCheck.assertNoLeak(
          () -> {
            try (NDManager owner = Torch.newManager(Device.cpu())) {
              towers.tensors(owner);
            }
          });
    }
    LeakCheck.assertNoLeak(() -> TinyTowers.towers(2).close());
  }

  @Test
  void should_refuse_to_go_on_with_other_pictures_or_towers() {
    ClipTrainer trainer =
        new ClipTrainer(CONFIG).withCheckpoints(CheckpointPolicy.in(folder.resolve("saved")));
    try (ClipTowers towers = TinyTowers.towers(1)) {
      trainer.train(towers, training(), validation());
      assertThatThrownBy(
              () -> trainer.resume(towers, TinyTowers.split(Split.TRAIN, 17), validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("data.training.samples=18 there, 17 here");
    }
    try (ClipTowers other =
        ClipTowers.initialize(
            TinyTowers.SHAPE, TinyTowers.TASK, 13, Device.cpu(), NoiseSource.seeded(1))) {
      assertThatThrownBy(() -> trainer.resume(other, training(), validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("differs in {model.textWidth=12 there, 13 here}");
    }
  }

  @Test
  void should_refuse_splits_that_are_for_something_else() {
    try (ClipTowers towers = TinyTowers.towers(1)) {
      ClipTrainer trainer = new ClipTrainer(CONFIG);
      SplitUses.require(
          (DescribedSplit a, DescribedSplit b) -> trainer.train(towers, a, b),
          training(),
          validation(),
          TinyTowers.split(Split.TEST, 6));
      List<DescribedPicture> leaked = new ArrayList<>(validation().pictures());
      leaked.add(training().pictures().get(3));
      assertThatThrownBy(
              () -> trainer.train(towers, training(), new DescribedSplit(Split.VALIDATION, leaked)))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("validation train-3 is train train-3");
      assertThatThrownBy(
              () -> trainer.train(towers, TinyTowers.split(Split.TRAIN, 3), validation()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "batchSize: 3 training pictures cannot fill one batch of 4; use smaller batches");
      assertThatThrownBy(() -> trainer.resume(towers, training(), validation()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void should_refuse_what_the_task_does_not_know() {
    DescribedPicture good = training().pictures().get(0);
    Description color = Description.of(Phrase.of(0), Phrase.of(3));
    refuse(
        new DescribedPicture(
            good.image(), Description.of(Phrase.of(0), Phrase.of(7)), good.places()),
        "train-0: expected words from 0 to 6 but found 7");
    refuse(
        new DescribedPicture(
            good.image(), Description.of(Phrase.of(0), Phrase.of(3), Phrase.of(4)), good.places()),
        "train-0: expected at most 2 phrases but found 3");
    refuse(
        new DescribedPicture(good.image(), Description.of(Phrase.of(3)), good.places()),
        "train-0: expected one answer to color but found none that fits");
    refuse(
        new DescribedPicture(good.image(), Description.of(Phrase.of(0, 1, 3)), good.places()),
        "train-0: expected one answer to color but found several that fit");
    refuse(
        new DescribedPicture(good.image(), color, PlaceLabels.of(new int[4])),
        "train-0: expected labels for 2 questions but found labels for 1");
    refuse(
        new DescribedPicture(good.image(), color, PlaceLabels.of(new int[4], new int[5])),
        "train-0: expected 4 labels of color but found 5");
    refuse(
        new DescribedPicture(
            good.image(), color, PlaceLabels.of(new int[] {0, 2, 0, 0}, new int[4])),
        "train-0: expected labels of square from 0 to 1 but found 2");
  }

  private static void refuse(DescribedPicture picture, String message) {
    try (ClipTowers towers = TinyTowers.towers(1)) {
      DescribedSplit split = new DescribedSplit(Split.TEST, List.of(picture));
      assertThatThrownBy(() -> new ClipTrainer(CONFIG).score(towers, split))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(message);
    }
  }

  @Test
  void should_refuse_pictures_of_another_size() {
    RawImage wide = RawImage.of(SampleOrigin.memory("wide"), 8, 12, new byte[3 * 8 * 12]);
    DescribedPicture good = validation().pictures().get(0);
    DescribedSplit split =
        new DescribedSplit(
            Split.TEST, List.of(new DescribedPicture(wide, good.description(), good.places())));
    try (ClipTowers towers = TinyTowers.towers(1)) {
      assertThatThrownBy(() -> new ClipTrainer(CONFIG).score(towers, split))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "test pictures: expected 8x8, which the image tower reads, but was 12x8; resize"
                  + " them");
    }
  }

  @Test
  void should_check_its_settings() {
    assertThatThrownBy(() -> CONFIG.withBatchSize(1))
        .hasMessage("batchSize: expected at least 2 but was 1");
    assertThatThrownBy(() -> CONFIG.withPool(1)).hasMessage("pool: expected at least 2 but was 1");
    assertThatThrownBy(() -> ClipTrainingConfig.standard(0))
        .hasMessage("epochs: expected at least 1 but was 0");
    assertThatThrownBy(() -> new ClipLossConfig(0, 1, 1, 0.5))
        .hasMessage(
            "contrastive: expected a weight above 0, or the towers would not learn of each other");
    assertThatThrownBy(() -> new ClipLossConfig(1, 1, -1, 0.5))
        .hasMessage("places: expected a finite weight of 0 or more but was -1.0");
    assertThatThrownBy(() -> new ClipLossConfig(1, 1, 1, 1.5))
        .hasMessage("leastMentioned: expected a number in [0, 1] but was 1.5");
    assertThat(CONFIG.withSeed(3).seed()).isEqualTo(3);
    assertThatThrownBy(
            () ->
                ClipTowers.initialize(
                    TinyTowers.SHAPE, TinyTowers.TASK, 0, Device.cpu(), NoiseSource.seeded(1)))
        .hasMessage("textWidth: expected at least 1 but was 0");
  }

  @Test
  void should_train_by_descriptions_alone() {
    ClipTrainingConfig config = CONFIG.withLoss(new ClipLossConfig(1, 0, 0, 0.1));
    try (ClipTowers towers = TinyTowers.towers(1)) {
      TrainingResult result = new ClipTrainer(config).train(towers, training(), validation());
      assertThat(result.history().get(0).training().value("questions")).isZero();
      assertThat(result.history().get(0).training().value("places")).isZero();
    }
  }
}
