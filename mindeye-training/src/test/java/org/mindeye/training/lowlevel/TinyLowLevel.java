// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.lowlevel;

import ai.djl.Device;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.mindeye.core.nn.Network;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.SampleOrigin;
import org.mindeye.data.Split;
import org.mindeye.data.Trial;
import org.mindeye.evaluation.PixelGrid;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvNextConfig;
import org.mindeye.lowlevel.ConvNextTeacher;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.lowlevel.LatentUpsampling;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;
import org.mindeye.training.OptimizerConfig;

/** Pictures of 16 x 16 pixels with latents of 8 x 8, and responses that tell their colors. */
final class TinyLowLevel {
  static final int VOXELS = 9;
  static final int SIDE = 16;
  static final LowLevelConfig SHAPE =
      new LowLevelConfig(
          VOXELS,
          new LowLevelConfig.Mlp(12, 1, 0.2, 0.1),
          LatentUpsampling.X4,
          new LowLevelConfig.Latents(4, 8),
          true);

  private TinyLowLevel() {}

  static LowLevelTrainingConfig config() {
    return LowLevelTrainingConfig.paper()
        .withEpochs(3)
        .withBatchSize(4)
        .withOptimizer(OptimizerConfig.paper().withLearningRate(2e-3).withWarmupEpochs(1))
        .withValidation(LowLevelValidationConfig.standard().withDecoded(3, PixelGrid.unchanged()));
  }

  static <N extends Network> N drawn(N network, long seed) {
    network.initialize(Device.cpu(), NoiseSource.seeded(seed));
    return network;
  }

  static LowLevelNetwork network(long seed) {
    return drawn(new LowLevelNetwork(SHAPE), seed);
  }

  static AutoencoderKl autoencoder(long seed) {
    return drawn(
        new AutoencoderKl(
            new AutoencoderConfig(
                new ConvolutionStages(List.of(8, 16), 1, 4),
                4,
                AutoencoderConfig.STABLE_DIFFUSION_SCALE)),
        seed);
  }

  static ConvNextTeacher teacher(int projectorWidth) {
    return drawn(
        new ConvNextTeacher(new ConvNextConfig(List.of(1, 1), List.of(6, 8), projectorWidth)), 3);
  }

  static ConvNextTeacher teacher() {
    return teacher(LowLevelConfig.PROJECTED_WIDTH);
  }

  static LowLevelSplit training(AutoencoderKl autoencoder) {
    return LowLevelSplit.encode(Split.TRAIN, trials(0, 10), autoencoder, SIDE);
  }

  static LowLevelSplit validation(AutoencoderKl autoencoder) {
    return LowLevelSplit.encode(Split.VALIDATION, trials(100, 5), autoencoder, SIDE);
  }

  static List<Trial> trials(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> trial(i, VOXELS)).toList();
  }

  /** The left half has one color, the right half another; three repeats of both, with noise. */
  static Trial trial(int number, int voxels) {
    float[] colors = new float[6];
    NoiseSource.seeded(5, number).uniform(colors);
    float[][] responses = new float[3][voxels];
    for (int repeat = 0; repeat < responses.length; repeat++) {
      NoiseSource.seeded(6, number, repeat).normal(responses[repeat]);
      for (int voxel = 0; voxel < voxels; voxel++) {
        responses[repeat][voxel] = 0.1f * responses[repeat][voxel] + 2 * colors[voxel % 6] - 1;
      }
    }
    SampleOrigin origin = SampleOrigin.memory("sample" + number);
    return new Trial(origin, image(origin, colors), responses, number, new long[] {0, 1, 2}, 3);
  }

  private static EncodedImage image(SampleOrigin origin, float[] colors) {
    BufferedImage pixels = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < 144; at++) {
      int half = at % 12 < 6 ? 0 : 3;
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        rgb = rgb << 8 | Math.round(255 * colors[half + channel]);
      }
      pixels.setRGB(at % 12, at / 12, rgb);
    }
    return EncodedImage.png(origin, pixels);
  }
}
