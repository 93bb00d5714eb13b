// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.ConvolutionStages;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.MiniUnet;
import org.mindeye.reconstruction.unet.UnetStages;

/** A painter of 16 x 16 pixels from five tokens. */
final class Toys {
  static final Device CPU = Device.cpu();
  static final ClipSpace SPACE = new ClipSpace(5, 12);
  static final int CHANNELS = 4;
  static final int SIDE = 8;

  private Toys() {}

  static ConditionalUnet unet(ClipSpace condition, int channels) {
    return MiniUnet.drawn(new ConditionalUnet(config(condition, channels)));
  }

  private static ConditionalUnetConfig config(ClipSpace condition, int channels) {
    UnetStages stages = new UnetStages(List.of(8, 16), List.of(true, true), 1, 4);
    return new ConditionalUnetConfig(stages, 2, condition, channels, SIDE);
  }

  static ConditionalUnet unet() {
    return unet(SPACE, CHANNELS);
  }

  static AutoencoderKl autoencoder() {
    return MiniUnet.drawn(new AutoencoderKl(latents()));
  }

  private static AutoencoderConfig latents() {
    ConvolutionStages stages = new ConvolutionStages(List.of(4, 8), 1, 2);
    return new AutoencoderConfig(stages, CHANNELS, 0.18215);
  }

  /** The decoder in a format of numbers. */
  static VersatileDiffusionDecoder decoder(PainterConfig config, Precision precision) {
    return VersatileDiffusionDecoder.of(
        MiniUnet.drawn(new ConditionalUnet(config(SPACE, CHANNELS)), precision),
        MiniUnet.drawn(new AutoencoderKl(latents()), precision),
        config);
  }

  static VersatileDiffusionDecoder decoder(PainterConfig config) {
    return VersatileDiffusionDecoder.of(unet(), autoencoder(), config);
  }

  static ClipTokens tokens(NDManager owner, int batch) {
    Shape shape = new Shape(batch, SPACE.tokens(), SPACE.width());
    return ClipTokens.of(NoiseSource.seeded(3).normal(owner, shape));
  }

  static VaeLatents latents(NDManager owner, int batch) {
    return VaeLatents.of(
        NoiseSource.seeded(4).normal(owner, new Shape(batch, CHANNELS, SIDE, SIDE)));
  }

  /** In [0, 1], but for what a blurry picture overshoots. */
  static ImageBatch blurry(NDManager owner) {
    Shape shape = new Shape(1, 3, 2 * SIDE, 2 * SIDE);
    return ImageBatch.of(NoiseSource.seeded(5).normal(owner, shape).mul(0.4).add(0.5));
  }
}
