// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.core.weights.WeightFiles;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.prior.diffusion.PredictionType;
import org.mindeye.reconstruction.VersatileDiffusionDecoder;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.testkit.FreshManager;
import org.mindeye.training.DecayRule;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.lowlevel.ImageSplit;
import org.mindeye.training.painter.PainterTrainingConfig.Gallery;

/** A few pictures, learned by heart: what is painted from their tokens is these pictures. */
class LearnedPicturesTest {
  private static final int PICTURES = 4;

  /** Each is seen at so many levels of noise a step. */
  private static final int COPIES = 16;

  private static final int STEPS = 250;
  private static final DecodeConfig DECODING =
      DecodeConfig.paper().withSteps(20).withGuidance(1.5).withStrength(0.6);

  @TempDir private Path folder;
  @FreshManager private NDManager manager;

  private static PainterTrainingConfig config(PredictionType prediction) {
    return new PainterTrainingConfig(
        STEPS,
        PICTURES * COPIES,
        DenoisingConfig.stableDiffusion().withPrediction(prediction).withMinSnr(5),
        OptimizerConfig.paper()
            .withLearningRate(4e-3)
            .withWarmupEpochs(20)
            .withWeightDecay(0, DecayRule.CONVENTIONAL)
            .withClipNorm(1)
            .withAverage(0.9),
        Gallery.NONE,
        42);
  }

  /** Writes both networks as a run does; what reads them knows nothing of how they were trained. */
  private void learn(PredictionType prediction, PainterSplit split) throws IOException {
    PainterTrainer trainer = new PainterTrainer(config(prediction));
    try (ConditionalUnet unet = new ConditionalUnet(TinyPainter.unet(List.of(16, 32)));
        AutoencoderKl autoencoder = TinyPainter.autoencoder()) {
      unet.initialize(Device.cpu(), NoiseSource.seeded(1));
      trainer.train(unet, autoencoder, split, TinyPainter.split(Split.VALIDATION, 1));
      WeightFiles.write(unetFile(), unet, trainer.metadata(unet.config()));
      WeightFiles.write(autoencoderFile(), autoencoder, autoencoder.config().metadata());
    }
  }

  private static PainterSplit copies() {
    List<TrialImage> each = TinyPainter.pictures(Split.TRAIN, PICTURES).images();
    List<TrialImage> all = new ArrayList<>();
    for (int copy = 0; copy < COPIES; copy++) {
      all.addAll(each);
    }
    try (AutoencoderKl autoencoder = TinyPainter.autoencoder();
        ClipImageEncoder clip = TinyPainter.clip(6)) {
      return PainterSplit.encode(new ImageSplit(Split.TRAIN, all), autoencoder, clip);
    }
  }

  private Path unetFile() {
    return folder.resolve("unet.safetensors");
  }

  private Path autoencoderFile() {
    return folder.resolve("autoencoder.safetensors");
  }

  /**
   * Close to the picture whose tokens it was painted from, and far from all others, in what they
   * differ by: all that the drawn autoencoder decodes is much the same.
   */
  private static void assertEachIsItself(NDArray all, NDArray others) {
    NDArray painted = all.sub(others.mean(new int[] {0}, true));
    NDArray seen = others.sub(others.mean(new int[] {0}, true));
    double sum = 0;
    for (int i = 0; i < PICTURES; i++) {
      for (int j = 0; j < PICTURES; j++) {
        double correlation = correlation(painted.get(i), seen.get(j));
        sum += i == j ? correlation / PICTURES : 0;
        if (i == j) {
          assertThat(correlation).as("picture %d", i).isGreaterThan(0.5);
        } else {
          assertThat(correlation).as("picture %d and %d", i, j).isLessThan(0.4);
        }
      }
    }
    assertThat(sum).isGreaterThan(0.75);
  }

  private static double correlation(NDArray first, NDArray second) {
    NDArray a = first.sub(first.mean());
    NDArray b = second.sub(second.mean());
    return a.mul(b).sum().getFloat()
        / Math.sqrt((double) a.square().sum().getFloat() * b.square().sum().getFloat());
  }

  @Test
  void should_be_painted_from_noise_and_from_other_pictures() throws IOException {
    requirePainted(PredictionType.V_PREDICTION);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void should_be_painted_whatever_is_predicted(PredictionType prediction) throws IOException {
    requirePainted(prediction);
  }

  private void requirePainted(PredictionType prediction) throws IOException {
    PainterSplit split = copies();
    learn(prediction, split);
    int[] all = PainterSplit.rows(0, PICTURES);
    ClipTokens tokens = split.tokens(all, manager);
    VaeLatents wanted = split.latents(all, manager);
    VaeLatents others = split.latents(new int[] {1, 2, 3, 0}, manager);
    try (VersatileDiffusionDecoder painter =
        VersatileDiffusionDecoder.load(
            unetFile(), autoencoderFile(), Precision.FLOAT32, Device.cpu())) {
      assertThat(painter.config().process().prediction()).isEqualTo(prediction);
      NDArray seen = painter.show(wanted, manager).array();
      ImageBatch painted =
          painter.decode(tokens, DECODING, NoiseSource.seeded(3), StepListener.NONE, manager);
      ImageBatch repainted =
          painter.decode(
              tokens, others, DECODING, NoiseSource.seeded(3), StepListener.NONE, manager);
      assertEachIsItself(painted.array(), seen);
      assertEachIsItself(repainted.array(), seen);
    }
  }
}
