// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mindeye.training.painter.TinyPainter.CONFIG;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.LatentProcess;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.training.CheckpointPolicy;
import org.mindeye.training.NetworkWeights;
import org.mindeye.training.RunControl;
import org.mindeye.training.RunFolder;
import org.mindeye.training.SplitUses;
import org.mindeye.training.TrainedRun;
import org.mindeye.training.TrainingPart;
import org.mindeye.training.TrainingResult;
import org.mindeye.training.TrainingResult.End;
import org.mindeye.training.painter.PainterTrainingConfig.Gallery;

class PainterTrainerTest {
  @TempDir private Path folder;
  private AutoencoderKl autoencoder;

  @BeforeEach
  void open() {
    autoencoder = TinyPainter.autoencoder();
  }

  @AfterEach
  void close() {
    autoencoder.close();
  }

  private TrainingResult train(PainterTrainer trainer, ConditionalUnet unet) {
    return trainer.train(unet, autoencoder, TinyPainter.training(), TinyPainter.validation());
  }

  private TrainingResult resume(PainterTrainer trainer, ConditionalUnet unet) {
    return trainer.resume(unet, autoencoder, TinyPainter.training(), TinyPainter.validation());
  }

  @Test
  void should_go_on_with_the_same_bits_wherever_it_stops() {
    PainterTrainingConfig unseen = CONFIG.withGallery(Gallery.NONE);
    PainterTrainingConfig plain =
        unseen.withOptimizer(CONFIG.optimizer().withAverage(0).withAccumulation(2));
    PainterTrainingConfig half = unseen.withPrecision(Precision.BFLOAT16);
    for (PainterTrainingConfig config : List.of(CONFIG, plain, half)) {
      String name = config == CONFIG ? "averaging" : config == half ? "half" : "plain";
      TrainingPart training = (seed, control, resumed) -> train(config, seed, control, resumed);
      TrainingResult result = training.requireSameBits(folder.resolve(name), 1, 4, 5);
      assertThat(result.end()).isEqualTo(End.COMPLETE);
      assertThat(result.steps()).isEqualTo(config == plain ? 6 : 12);
    }
  }

  private TrainingPart.Left train(
      PainterTrainingConfig config, long seed, RunControl control, boolean resumed) {
    try (ConditionalUnet unet = TinyPainter.unet(seed)) {
      PainterTrainer trainer = new PainterTrainer(config, control);
      TrainingResult result = resumed ? resume(trainer, unet) : train(trainer, unet);
      return new TrainingPart.Left(result, NetworkWeights.of(unet));
    }
  }

  @Test
  void should_show_what_it_paints_after_every_epoch_from_the_average() {
    List<float[]> seen = new ArrayList<>();
    List<float[]> painted = new ArrayList<>();
    List<Integer> epochs = new ArrayList<>();
    try (ConditionalUnet unet = TinyPainter.unet(1)) {
      TrainingResult result =
          train(
              new PainterTrainer(CONFIG)
                  .showing(
                      (epoch, pictures, made) -> {
                        epochs.add(epoch);
                        seen.add(pictures.array().toFloatArray());
                        painted.add(made.array().toFloatArray());
                        assertThat(made.array().getShape()).isEqualTo(pictures.array().getShape());
                      }),
              unet);
      assertThat(result.history().get(0).validation().names())
          .containsExactly("total", "denoising", "pixCorr");
    }
    assertThat(epochs).containsExactly(0, 1, 2);
    assertThat(seen.get(0)).hasSize(3 * 3 * 64).isEqualTo(seen.get(2));
    assertThat(painted.get(0)).isNotEqualTo(painted.get(2));
    for (float pixel : painted.get(2)) {
      assertThat(pixel).isBetween(0f, 1f);
    }
  }

  @Test
  void should_paint_nothing_where_nothing_is_wanted() {
    try (ConditionalUnet unet = TinyPainter.unet(1)) {
      TrainingResult result =
          train(
              new PainterTrainer(CONFIG.withGallery(Gallery.NONE))
                  .showing(
                      (epoch, seen, painted) -> {
                        throw new AssertionError("painted");
                      }),
              unet);
      assertThat(result.history().get(0).validation().names())
          .containsExactly("total", "denoising");
    }
  }

  @Test
  void should_note_in_every_file_what_the_weights_predict() throws IOException {
    RunFolder run = RunFolder.at(folder);
    PainterTrainer trainer =
        new PainterTrainer(CONFIG.withGallery(Gallery.NONE))
            .withCheckpoints(CheckpointPolicy.in(run.checkpoints()));
    Map<String, float[]> trained;
    try (ConditionalUnet unet = TinyPainter.unet(1)) {
      train(trainer, unet);
      trained = NetworkWeights.of(unet);
      WeightFiles.write(run.weights(), unet, trainer.metadata(unet.config()));
    }
    LatentProcess process =
        LatentProcess.stableDiffusion().withPrediction(PredictionType.V_PREDICTION);
    try (ConditionalUnet last =
        TrainedRun.open(folder).last(w -> PainterTrainer.load(w, Device.cpu()))) {
      assertThat(last.config()).isEqualTo(TinyPainter.SHAPE);
      NetworkWeights.assertSame(last, trained);
    }
    LatentProcess saved =
        TrainedRun.open(folder)
            .last(
                weights -> {
                  try (StateDict file = weights.weights()) {
                    return LatentProcess.of(file);
                  }
                });
    assertThat(saved).isEqualTo(process);
    try (StateDict file = WeightFiles.open(run.weights());
        ConditionalUnet end = ConditionalUnet.load(file, Device.cpu())) {
      assertThat(LatentProcess.of(file)).isEqualTo(process);
      NetworkWeights.assertSame(end, trained);
    }
    assertThat(
            TrainedRun.open(folder)
                .<PainterTrainingConfig>last(w -> w.config(PainterTrainingConfig.class)))
        .isEqualTo(CONFIG.withGallery(Gallery.NONE));
  }

  @Test
  void should_refuse_to_go_on_with_something_else() {
    PainterTrainer trainer =
        new PainterTrainer(CONFIG.withGallery(Gallery.NONE))
            .withCheckpoints(CheckpointPolicy.in(folder));
    PainterSplit validation = TinyPainter.validation();
    try (ConditionalUnet unet = TinyPainter.unet(1)) {
      train(trainer, unet);
      PainterSplit fewer = TinyPainter.split(Split.TRAIN, 17);
      assertThatThrownBy(() -> trainer.resume(unet, autoencoder, fewer, validation))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("data.training.samples=18 there, 17 here");
      PainterTrainer epsilon =
          new PainterTrainer(
                  CONFIG
                      .withGallery(Gallery.NONE)
                      .withDenoising(CONFIG.denoising().withPrediction(PredictionType.EPSILON)))
              .withCheckpoints(CheckpointPolicy.in(folder));
      assertThatThrownBy(() -> resume(epsilon, unet))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining(
              "config.denoising.process.prediction=\"V_PREDICTION\" there, \"EPSILON\" here");
      assertThatThrownBy(() -> resume(new PainterTrainer(CONFIG), unet))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void should_refuse_splits_that_are_for_something_else() {
    PainterSplit training = TinyPainter.training();
    PainterSplit validation = TinyPainter.validation();
    PainterTrainer trainer = new PainterTrainer(CONFIG);
    try (ConditionalUnet unet = TinyPainter.unet(1)) {
      SplitUses.require(
          (PainterSplit a, PainterSplit b) -> trainer.train(unet, autoencoder, a, b),
          training,
          validation,
          TinyPainter.split(Split.TEST, 6));
      assertThatThrownBy(
              () -> trainer.train(unet, autoencoder, TinyPainter.split(Split.TRAIN, 3), validation))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "batchSize: 3 training pictures cannot fill one batch of 4; use smaller batches");
    }
  }

  @Test
  void should_refuse_before_the_first_step_what_cannot_be_painted() {
    PainterTrainer trainer = new PainterTrainer(CONFIG.withGallery(new Gallery(3, 1000, 2)));
    try (ConditionalUnet unet = TinyPainter.unet(1)) {
      assertThatThrownBy(() -> train(trainer, unet))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("steps: expected 1 to 999 for UNIPC with this schedule but was 1000");
    }
  }

  @Test
  void should_refuse_networks_that_do_not_fit() {
    PainterSplit training = TinyPainter.training();
    PainterSplit validation = TinyPainter.validation();
    PainterTrainer trainer = new PainterTrainer(CONFIG);
    try (ConditionalUnet unet = TinyPainter.unet(1);
        ConditionalUnet wide = new ConditionalUnet(TinyPainter.SHAPE.withSide(8));
        AutoencoderKl other = new AutoencoderKl(TinyPainter.LATENTS);
        AutoencoderKl scaled = new AutoencoderKl(TinyPainter.LATENTS.withScale(2));
        ClipImageEncoder clip = TinyPainter.clip(7)) {
      wide.initialize(Device.cpu(), NoiseSource.seeded(1));
      other.initialize(Device.cpu(), NoiseSource.seeded(1));
      scaled.initialize(Device.cpu(), NoiseSource.seeded(5));
      assertThatThrownBy(() -> trainer.train(wide, autoencoder, training, validation))
          .isInstanceOf(MindEyeException.class)
          .hasMessage(
              "unet: expected one for latents of 2x4x4 and 5x6 tokens, as the pictures were"
                  + " encoded, but it is for latents of 2x8x8 and 5x6 tokens");
      assertThatThrownBy(() -> trainer.train(unet, other, training, validation))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith("autoencoder: expected that which encoded the pictures, ");
      assertThatThrownBy(() -> trainer.train(unet, scaled, training, validation))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("with the scale 3.0, but was given ")
          .hasMessageEndingWith(" with 2.0");
      PainterSplit seenOtherwise =
          PainterSplit.encode(TinyPainter.pictures(Split.VALIDATION, 6), autoencoder, clip);
      assertThatThrownBy(() -> trainer.train(unet, autoencoder, training, seenOtherwise))
          .isInstanceOf(MindEyeException.class)
          .hasMessageStartingWith(
              "training and validation split: expected them encoded by the same networks but they"
                  + " differ in {clip=");
    }
  }
}
