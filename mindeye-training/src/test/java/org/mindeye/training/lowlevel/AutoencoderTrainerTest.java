// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;
import org.mindeye.data.TrialSource;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.NetworkWeights;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.SplitUses;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainedWeights;
import org.mindeye.training.TrainingListener;
import org.mindeye.training.TrainingPart;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingResult.End;

class AutoencoderTrainerTest {
  private static final AutoencoderConfig SHAPE =
      new AutoencoderConfig(new ConvolutionStages(List.of(4, 8), 1, 4), 2, 1);
  private static final AutoencoderTrainingConfig CONFIG =
      AutoencoderTrainingConfig.standard(3).withBatchSize(4);

  @TempDir private Path folder;

  private static AutoencoderKl network(long seed) {
    AutoencoderKl network = new AutoencoderKl(SHAPE);
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return network;
  }

  /** One colour each, a little darker to the right. */
  private static TrialImage picture(String key, int height, int width, long... stream) {
    float[] color = new float[3];
    NoiseSource.seeded(9, stream).uniform(color);
    byte[] pixels = new byte[3 * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (200 * color[i % 3] + 50.0 * (i / 3 % width) / width);
    }
    return RawImage.of(SampleOrigin.memory(key), height, width, pixels);
  }

  private static ImageSplit split(Split split, int count) {
    return new ImageSplit(
        split,
        IntStream.range(0, count)
            .mapToObj(i -> picture(split + "-" + i, 8, 8, split.ordinal(), i))
            .toList());
  }

  private static ImageSplit training() {
    return split(Split.TRAIN, 18);
  }

  private static ImageSplit validation() {
    return split(Split.VALIDATION, 6);
  }

  @Test
  void should_go_on_with_the_same_bits_wherever_it_stops() {
    AutoencoderTrainingConfig averaging =
        CONFIG.withOptimizer(CONFIG.optimizer().withAccumulation(2).withAverage(0.5));
    AutoencoderTrainingConfig half = CONFIG.withPrecision(Precision.BFLOAT16);
    for (AutoencoderTrainingConfig config : List.of(CONFIG, averaging, half)) {
      String name = config == CONFIG ? "plain" : config == half ? "half" : "averaging";
      TrainingPart training = (seed, control, resumed) -> train(config, seed, control, resumed);
      TrainingResult result = training.requireSameBits(folder.resolve(name), 1, 4, 5);
      assertThat(result.end()).isEqualTo(End.COMPLETE);
      assertThat(result.steps()).isEqualTo(config == averaging ? 6 : 12);
    }
  }

  private static TrainingPart.Left train(
      AutoencoderTrainingConfig config, long seed, RunControl control, boolean resumed) {
    try (AutoencoderKl network = network(seed)) {
      AutoencoderTrainer trainer = new AutoencoderTrainer(config, control);
      TrainingResult result =
          resumed
              ? trainer.resume(network, training(), validation())
              : trainer.train(network, training(), validation());
      return new TrainingPart.Left(result, NetworkWeights.of(network));
    }
  }

  /** Norms of one group: those of more forget the color of pictures that have only one. */
  @Test
  void should_learn_and_choose_by_decibels() {
    AutoencoderTrainingConfig longer = AutoencoderTrainingConfig.standard(16).withBatchSize(4);
    AutoencoderConfig shape = new AutoencoderConfig(new ConvolutionStages(List.of(8), 1, 1), 2, 1);
    try (AutoencoderKl network = new AutoencoderKl(shape)) {
      network.initialize(Device.cpu(), NoiseSource.seeded(1));
      TrainingResult result =
          new AutoencoderTrainer(longer).train(network, training(), validation());
      double first = result.history().get(0).validation().value(AutoencoderScores.PSNR);
      double last = result.history().get(15).validation().value(AutoencoderScores.PSNR);
      assertThat(last).isGreaterThan(first + 3);
      double best = Double.NEGATIVE_INFINITY;
      for (TrainingListener.EpochReport epoch : result.history()) {
        double decibels = epoch.validation().value(AutoencoderScores.PSNR);
        assertThat(epoch.best()).isEqualTo(decibels > best);
        best = Math.max(best, decibels);
      }
      assertThat(result.history().get(0).training().names())
          .containsExactly("total", "absolute", "meanSquared", "divergence");
      assertThat(result.history().get(0).validation().names())
          .containsExactly("total", "absolute", "meanSquared", "divergence", "psnr");
    }
  }

  /** Each term again from the network's own outputs, picture by picture. */
  @Test
  void should_report_what_a_plain_computation_gives() {
    AutoencoderTrainingConfig once =
        AutoencoderTrainingConfig.standard(1)
            .withBatchSize(4)
            .withLoss(new AutoencoderLossConfig(0.5, 2, 0.25));
    try (AutoencoderKl network = network(1)) {
      TrainingResult result = new AutoencoderTrainer(once).train(network, training(), validation());
      double[] sums = new double[4];
      List<TrialImage> pictures = validation().images();
      for (TrialImage picture : pictures) {
        double[] plain = PlainScores.of(network, picture);
        for (int i = 0; i < sums.length; i++) {
          sums[i] += plain[i] / pictures.size();
        }
      }
      var found = result.history().get(0).validation();
      assertThat(found.value("absolute")).isCloseTo(sums[0], within(1e-5));
      assertThat(found.value("meanSquared")).isCloseTo(sums[1], within(1e-5));
      assertThat(found.value("divergence")).isCloseTo(sums[2], within(1e-5));
      assertThat(found.value("psnr")).isCloseTo(sums[3], within(1e-4));
      assertThat(found.value("total"))
          .isCloseTo(0.5 * sums[0] + 2 * sums[1] + 0.25 * sums[2], within(1e-5));
    }
  }

  @Test
  void should_load_the_network_from_its_run() throws IOException {
    RunFolder run = RunFolder.at(folder);
    Map<String, float[]> trained;
    double scale;
    try (AutoencoderKl network = network(1)) {
      new AutoencoderTrainer(CONFIG)
          .withCheckpoints(CheckpointPolicy.in(run.checkpoints()))
          .train(network, training(), validation());
      trained = NetworkWeights.of(network);
      scale = LatentScale.measure(network, training());
      try (AutoencoderKl last =
          TrainedRun.open(folder).last(w -> AutoencoderTrainer.load(w, Device.cpu()))) {
        NetworkWeights.assertSame(last, trained);
        assertThat(last.config()).isEqualTo(SHAPE);
      }
      WeightFiles.write(run.weights(), network, SHAPE.withScale(scale).metadata());
    }
    TrainedWeights end = TrainedRun.open(folder).end().orElseThrow();
    try (AutoencoderKl network = AutoencoderTrainer.load(end, Device.cpu())) {
      NetworkWeights.assertSame(network, trained);
      assertThat(network.config()).isEqualTo(SHAPE.withScale(scale));
      assertThat(deviation(network)).isCloseTo(1, within(1e-4));
    }
    AutoencoderTrainingConfig noted =
        TrainedRun.open(folder).last(w -> w.config(AutoencoderTrainingConfig.class));
    assertThat(noted).isEqualTo(CONFIG);
  }

  private static double deviation(AutoencoderKl network) {
    List<Double> values = new ArrayList<>();
    for (TrialImage picture : training().images()) {
      for (float value : PlainScores.latents(network, picture)) {
        values.add((double) value);
      }
    }
    double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
    return Math.sqrt(values.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(0));
  }

  @Test
  void should_refuse_latents_without_deviation() {
    try (AutoencoderKl network = network(1)) {
      for (String name : List.of("quant_conv.weight", "quant_conv.bias")) {
        NDArray array = network.arrays().get(name);
        array.muli(0);
      }
      assertThatThrownBy(() -> LatentScale.measure(network, validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              "the latents of 6 pictures: expected a positive variance but was 0.0; train the"
                  + " autoencoder first");
    }
  }

  @Test
  void should_refuse_to_go_on_with_other_pictures_or_another_network() {
    Path saved = folder.resolve("checkpoints");
    AutoencoderTrainer trainer =
        new AutoencoderTrainer(CONFIG).withCheckpoints(CheckpointPolicy.in(saved));
    try (AutoencoderKl network = network(1)) {
      trainer.train(network, training(), validation());
      assertThatThrownBy(() -> trainer.resume(network, split(Split.TRAIN, 17), validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("data.training.samples=18 there, 17 here");
    }
    try (AutoencoderKl other = new AutoencoderKl(SHAPE.withScale(2))) {
      other.initialize(Device.cpu(), NoiseSource.seeded(1));
      assertThatThrownBy(() -> trainer.resume(other, training(), validation()))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("differs in {model.scale=1.0 there, 2.0 here}");
    }
  }

  @Test
  void should_refuse_splits_that_are_for_something_else() {
    try (AutoencoderKl network = network(1)) {
      AutoencoderTrainer trainer = new AutoencoderTrainer(CONFIG);
      SplitUses.require(
          (ImageSplit a, ImageSplit b) -> trainer.train(network, a, b),
          training(),
          validation(),
          split(Split.TEST, 6));
      List<TrialImage> leaked = new ArrayList<>(validation().images());
      leaked.add(training().images().get(3));
      assertThatThrownBy(
              () -> trainer.train(network, training(), new ImageSplit(Split.VALIDATION, leaked)))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              "expected no picture in two splits but validation train-3 is train train-3; remove it"
                  + " from one of them");
      assertThatThrownBy(() -> trainer.train(network, split(Split.TRAIN, 3), validation()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "batchSize: 3 training pictures cannot fill one batch of 4; use smaller batches");
      assertThatThrownBy(() -> trainer.resume(network, training(), validation()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void should_refuse_pictures_that_do_not_fit() {
    assertThatThrownBy(() -> new ImageSplit(Split.TRAIN, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the train split has no pictures");
    assertThatThrownBy(
            () ->
                new ImageSplit(Split.TRAIN, List.of(picture("a", 8, 8, 1), picture("b", 8, 10, 2))))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageContaining("8x8 pixels as in a; resize or crop them")
        .hasMessageContaining("10x8");
    try (AutoencoderKl network = network(1)) {
      ImageSplit odd =
          new ImageSplit(
              Split.TRAIN, IntStream.range(0, 8).mapToObj(i -> picture("p" + i, 8, 7, i)).toList());
      AutoencoderTrainer trainer = new AutoencoderTrainer(CONFIG);
      assertThatThrownBy(() -> trainer.train(network, odd, validation()))
          .isInstanceOf(ShapeMismatchException.class)
          .hasMessage(
              "train pictures: expected sides divisible by the 2 that the autoencoder divides them"
                  + " by but was 7x8; resize or crop them");
      ImageSplit larger = new ImageSplit(Split.VALIDATION, List.of(picture("large", 16, 16, 1)));
      assertThatThrownBy(() -> trainer.train(network, training(), larger))
          .isInstanceOf(MalformedSampleException.class)
          .hasMessageContaining("16x16");
    }
  }

  @Test
  void should_train_on_what_subjects_looked_at() {
    List<Trial> trials =
        training().images().stream()
            .map(
                image ->
                    new Trial(image.origin(), image, new float[][] {{1, 2}}, 0, new long[] {1}, 1))
            .toList();
    ImageSplit read = ImageSplit.read(TrialSource.of(Split.TRAIN, trials));
    assertThat(read.images()).isEqualTo(trials.stream().map(Trial::image).toList());
    assertThat(read.split()).isEqualTo(Split.TRAIN);
  }

  @Test
  void should_check_its_settings() {
    assertThatThrownBy(() -> CONFIG.withBatchSize(0))
        .hasMessage("batchSize: expected at least 1 but was 0");
    assertThatThrownBy(() -> AutoencoderTrainingConfig.standard(0))
        .hasMessage("epochs: expected at least 1 but was 0");
    assertThatThrownBy(() -> new AutoencoderLossConfig(0, 0, 1))
        .hasMessage(
            "absolute, meanSquared: expected a weight above 0 for one of them, or nothing would be"
                + " reconstructed");
    assertThatThrownBy(() -> new AutoencoderLossConfig(1, 1, -1))
        .hasMessage("divergence: expected a finite weight of 0 or more but was -1.0");
    assertThat(CONFIG.withPatience(2).withSeed(3).patience()).isEqualTo(2);
  }
}
