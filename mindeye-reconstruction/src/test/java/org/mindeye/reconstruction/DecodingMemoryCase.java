// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Network;
import org.mindeye.core.pipeline.DecodeConfig;
import org.mindeye.core.pipeline.StepListener;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.core.tensor.ClipTokens;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.VaeLatents;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.reconstruction.unet.ConditionalUnet;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.testkit.PeakMemory;

/** The published painter on 512 x 512 pixels, and a program that runs it. */
enum DecodingMemoryCase {
  ONE(1),
  TWO(2);

  private static final ConditionalUnetConfig UNET = ConditionalUnetConfig.versatileDiffusion();
  private static final AutoencoderConfig AUTOENCODER = AutoencoderConfig.stableDiffusion();

  private final int pictures;

  DecodingMemoryCase(int pictures) {
    this.pictures = pictures;
  }

  MemoryEstimate estimate(Precision precision) {
    return PaintingMemory.painting(UNET, AUTOENCODER, precision, pictures);
  }

  /** All that a pipeline asks of a decoder, with two guided steps. */
  private void run(Precision precision, NDManager owner) {
    NoiseSource noise = NoiseSource.seeded(1);
    DecodeConfig config = DecodeConfig.paper().withSteps(3).withStrength(0.7);
    try (VersatileDiffusionDecoder decoder =
        VersatileDiffusionDecoder.of(
            allocated(precision, new ConditionalUnet(UNET)),
            allocated(precision, new AutoencoderKl(AUTOENCODER)),
            PainterConfig.paper())) {
      ClipTokens tokens = ClipTokens.of(noise.normal(owner, new Shape(pictures, 257, 768)));
      VaeLatents seen = VaeLatents.of(noise.normal(owner, new Shape(1, 4, 64, 64)));
      ImageBatch blurry = decoder.show(seen, owner);
      VaeLatents start = decoder.start(blurry, noise, owner);
      VaeLatents all = VaeLatents.of(start.array().repeat(0, pictures));
      decoder.decode(tokens, all, config, noise, StepListener.NONE, owner);
    }
  }

  /** Written, so that every page is there. */
  private static <N extends Network> N allocated(Precision precision, N network) {
    network.storeIn(precision);
    network.allocate(Device.cpu());
    network.arrays().values().forEach(array -> array.addi(0));
    return network;
  }

  public static void main(String[] arguments) throws IOException {
    try (NDManager owner = Torch.newManager(Device.cpu())) {
      valueOf(arguments[0]).run(Precision.valueOf(arguments[1]), owner);
    }
    System.out.println(PeakMemory.ofThisProcess());
  }
}
