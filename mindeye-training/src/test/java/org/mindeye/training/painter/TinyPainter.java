// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.painter;

import ai.djl.Device;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.core.clip.ClipVisionTransformer;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.clip.VisionTransformerConfig.PatchGrid;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.Nonlinearity;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.data.RawImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.TrialImage;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.UnetStages;
import org.mindeye.training.lowlevel.ImageSplit;
import org.mindeye.training.painter.PainterTrainingConfig.Gallery;

/** Networks and pictures of eight pixels a side, and a recipe of three epochs. */
final class TinyPainter {
  static final AutoencoderConfig LATENTS =
      new AutoencoderConfig(new ConvolutionStages(List.of(4, 8), 1, 4), 2, 3);
  static final VisionTransformerConfig TOWER =
      new VisionTransformerConfig(8, 16, 1, 2, new PatchGrid(8, 4), 6, Nonlinearity.QUICK_GELU);
  static final ConditionalUnetConfig SHAPE = unet(List.of(4, 8));
  static final PainterTrainingConfig CONFIG =
      PainterTrainingConfig.standard(3).withBatchSize(4).withGallery(new Gallery(3, 2, 2));

  private TinyPainter() {}

  static ConditionalUnetConfig unet(List<Integer> channels) {
    return new ConditionalUnetConfig(
        new UnetStages(channels, List.of(false, true), 1, 2), 2, new ClipSpace(5, 6), 2, 4);
  }

  private static <N extends Network> N drawn(N network, long seed) {
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return network;
  }

  static ConditionalUnet unet(long seed) {
    return drawn(new ConditionalUnet(SHAPE), seed);
  }

  static AutoencoderKl autoencoder() {
    return drawn(new AutoencoderKl(LATENTS), 5);
  }

  static ClipImageEncoder clip(long seed) {
    return ClipImageEncoder.of(drawn(new ClipVisionTransformer(TOWER), seed));
  }

  /** Pictures of noise. */
  static ImageSplit pictures(Split split, int count) {
    return new ImageSplit(
        split, IntStream.range(0, count).mapToObj(i -> picture(split, i, 8)).toList());
  }

  static TrialImage picture(Split split, int index, int side) {
    float[] levels = new float[3 * side * side];
    NoiseSource.seeded(9, split.ordinal(), index).uniform(levels);
    byte[] pixels = new byte[levels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (256 * levels[i]);
    }
    return RawImage.of(SampleOrigin.memory(split + "-" + index), side, side, pixels);
  }

  static PainterSplit split(Split split, int count) {
    try (AutoencoderKl autoencoder = autoencoder();
        ClipImageEncoder clip = clip(6)) {
      return PainterSplit.encode(pictures(split, count), autoencoder, clip);
    }
  }

  /** Encoded once for all tests. */
  private static final class Splits {
    static final PainterSplit TRAINING = split(Split.TRAIN, 18);
    static final PainterSplit VALIDATION = split(Split.VALIDATION, 6);
  }

  static PainterSplit training() {
    return Splits.TRAINING;
  }

  static PainterSplit validation() {
    return Splits.VALIDATION;
  }
}
