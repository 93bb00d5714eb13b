// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.ImageBatches;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.evaluation.attributes.AttributeClassifier;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig;
import org.mindeye.evaluation.attributes.AttributeClassifierConfig.Attribute;
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

class AttributeTrainerTest {
  private static final AttributeClassifierConfig SHAPE =
      new AttributeClassifierConfig(
          8,
          List.of(4, 8),
          2,
          6,
          List.of(
              new Attribute("color", List.of("red", "green", "blue")),
              new Attribute("side", List.of("left", "right"))));
  private static final AttributeTrainingConfig CONFIG =
      AttributeTrainingConfig.standard(3).withBatchSize(4);

  @TempDir private Path folder;

  private static AttributeClassifier network(long seed) {
    AttributeClassifier network = new AttributeClassifier(SHAPE);
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return network;
  }

  /** One half of one colour, all with noise. */
  private static LabelledPicture picture(String key, long... stream) {
    float[] drawn = new float[2 + 192];
    NoiseSource.seeded(9, stream).uniform(drawn);
    int color = (int) (3 * drawn[0]);
    int side = (int) (2 * drawn[1]);
    byte[] pixels = new byte[192];
    for (int i = 0; i < pixels.length; i++) {
      boolean lit = i % 3 == color && i / 3 % 8 / 4 == side;
      pixels[i] = (byte) ((lit ? 180 : 20) + 60 * drawn[2 + i]);
    }
    return new LabelledPicture(
        RawImage.of(SampleOrigin.memory(key), 8, 8, pixels), List.of(color, side));
  }

  private static LabelledSplit split(Split split, int count) {
    return new LabelledSplit(
        split,
        IntStream.range(0, count)
            .mapToObj(i -> picture(split + "-" + i, split.ordinal(), i))
            .toList());
  }

  private static LabelledSplit training() {
    return split(Split.TRAIN, 18);
  }

  private static LabelledSplit validation() {
    return split(Split.VALIDATION, 6);
  }

  @Test
  void should_go_on_with_the_same_bits_wherever_it_stops() {
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      AttributeTrainingConfig config = CONFIG.withPrecision(precision);
      TrainingPart training = (seed, control, resumed) -> train(config, seed, control, resumed);
      TrainingResult result = training.requireSameBits(folder.resolve(precision.name()), 1, 6);
      assertThat(result.steps()).isEqualTo(12);
    }
  }

  private static TrainingPart.Left train(
      AttributeTrainingConfig config, long seed, RunControl control, boolean resumed) {
    try (AttributeClassifier network = network(seed)) {
      AttributeTrainer trainer = new AttributeTrainer(config, control);
      TrainingResult result =
          resumed
              ? trainer.resume(network, training(), validation())
              : trainer.train(network, training(), validation());
      return new TrainingPart.Left(result, NetworkWeights.of(network));
    }
  }

  @Test
  void should_learn_what_pictures_show() {
    AttributeTrainingConfig longer = AttributeTrainingConfig.standard(12).withBatchSize(16);
    try (AttributeClassifier network = network(1)) {
      TrainingResult result =
          new AttributeTrainer(longer)
              .train(network, split(Split.TRAIN, 160), split(Split.VALIDATION, 48));
      NamedValues first = result.history().get(0).training();
      NamedValues last = result.history().get(11).training();
      assertThat(first.names()).containsExactly("total", "color", "side");
      assertThat(last.value("total")).isLessThan(0.5 * first.value("total"));
      // A guess is right in one of six.
      NamedValues scores = result.history().get(11).validation();
      assertThat(scores.names()).containsExactly("total", "all", "color", "side");
      assertThat(scores.value("all")).isGreaterThan(0.7);
    }
  }

  /** Each score again from what the classifier says picture by picture. */
  @Test
  void should_report_what_a_plain_computation_gives() {
    List<LabelledPicture> pictures = validation().pictures();
    int[] right = new int[2];
    int both = 0;
    double loss = 0;
    try (AttributeClassifier network = network(1)) {
      for (LabelledPicture picture : pictures) {
        try (CallScope scope = CallScope.open(Device.cpu())) {
          var images = ImageBatches.of(List.of(picture.image()), scope.manager());
          int[] said = network.classify(images)[0];
          boolean color = said[0] == picture.labels().get(0);
          boolean side = said[1] == picture.labels().get(1);
          right[0] += color ? 1 : 0;
          right[1] += side ? 1 : 0;
          both += color && side ? 1 : 0;
          var logits = network.forward(images).logits();
          for (int i = 0; i < 2; i++) {
            float[] surprise = logits.get(i).logSoftmax(1).toFloatArray();
            loss -= surprise[picture.labels().get(i)] / pictures.size();
          }
        }
      }
      NamedValues scores = new AttributeTrainer(CONFIG).score(network, validation());
      assertThat(scores.value("color")).isCloseTo(right[0] / 6.0, within(1e-9));
      assertThat(scores.value("side")).isCloseTo(right[1] / 6.0, within(1e-9));
      assertThat(scores.value("all")).isCloseTo(both / 6.0, within(1e-9));
      assertThat(scores.value("total")).isCloseTo(loss, within(1e-5));
      LeakCheck.assertNoLeak(() -> new AttributeTrainer(CONFIG).score(network, validation()));
    }
  }

  @Test
  void should_load_the_classifier_from_its_run() throws IOException {
    RunFolder run = RunFolder.at(folder);
    Map<String, float[]> trained;
    try (AttributeClassifier network = network(1)) {
      new AttributeTrainer(CONFIG)
          .withCheckpoints(CheckpointPolicy.in(run.checkpoints()))
          .train(network, training(), validation());
      trained = NetworkWeights.of(network);
      WeightFiles.write(run.weights(), network, SHAPE.metadata());
    }
    try (AttributeClassifier last =
            TrainedRun.open(folder).last(w -> AttributeTrainer.load(w, Device.cpu()));
        AttributeClassifier end =
            AttributeTrainer.load(TrainedRun.open(folder).end().orElseThrow(), Device.cpu())) {
      NetworkWeights.assertSame(last, trained);
      NetworkWeights.assertSame(end, trained);
      assertThat(end.config()).isEqualTo(SHAPE);
    }
  }

  @Test
  void should_refuse_to_go_on_with_other_pictures() {
    AttributeTrainer trainer =
        new AttributeTrainer(CONFIG).withCheckpoints(CheckpointPolicy.in(folder.resolve("saved")));
    try (AttributeClassifier network = network(1)) {
      trainer.train(network, training(), validation());
      assertThatThrownBy(() -> trainer.resume(network, split(Split.TRAIN, 17), validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("data.training.samples=18 there, 17 here");
    }
  }

  @Test
  void should_refuse_splits_that_are_for_something_else() {
    try (AttributeClassifier network = network(1)) {
      AttributeTrainer trainer = new AttributeTrainer(CONFIG);
      SplitUses.require(
          (LabelledSplit a, LabelledSplit b) -> trainer.train(network, a, b),
          training(),
          validation(),
          split(Split.TEST, 6));
      List<LabelledPicture> leaked = new ArrayList<>(validation().pictures());
      leaked.add(training().pictures().get(3));
      assertThatThrownBy(
              () -> trainer.train(network, training(), new LabelledSplit(Split.VALIDATION, leaked)))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("validation train-3 is train train-3");
      assertThatThrownBy(() -> trainer.resume(network, training(), validation()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void should_refuse_pictures_and_labels_that_do_not_fit() {
    RawImage image = RawImage.of(SampleOrigin.memory("one"), 8, 8, new byte[192]);
    refuse(new LabelledPicture(image, List.of(0)), "one: expected 2 labels but found 1");
    refuse(
        new LabelledPicture(image, List.of(3, 0)),
        "one: expected a class of color from 0 to 2 but found 3");
    refuse(
        new LabelledPicture(image, List.of(0, -1)),
        "one: expected a class of side from 0 to 1 but found -1");
    RawImage wide = RawImage.of(SampleOrigin.memory("wide"), 8, 12, new byte[3 * 8 * 12]);
    try (AttributeClassifier network = network(1)) {
      LabelledSplit split =
          new LabelledSplit(Split.TEST, List.of(new LabelledPicture(wide, List.of(0, 0))));
      assertThatThrownBy(() -> new AttributeTrainer(CONFIG).score(network, split))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "test pictures: expected 8x8, which the classifier reads, but was 12x8; resize them");
    }
  }

  private static void refuse(LabelledPicture picture, String message) {
    try (AttributeClassifier network = network(1)) {
      LabelledSplit split = new LabelledSplit(Split.TEST, List.of(picture));
      assertThatThrownBy(() -> new AttributeTrainer(CONFIG).score(network, split))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(message);
    }
  }

  @Test
  void should_check_its_settings() {
    assertThatThrownBy(() -> CONFIG.withBatchSize(0))
        .hasMessage("batchSize: expected at least 1 but was 0");
    assertThatThrownBy(() -> AttributeTrainingConfig.standard(0))
        .hasMessage("epochs: expected at least 1 but was 0");
    assertThat(CONFIG.withSeed(3).seed()).isEqualTo(3);
  }
}
