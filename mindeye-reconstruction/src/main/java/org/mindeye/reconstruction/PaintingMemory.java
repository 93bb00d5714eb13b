// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.util.ArrayList;
import java.util.List;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelMemory;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;
import org.mindeye.reconstruction.unet.ConditionalUnetMemory;

/** The memory that painting needs, before the networks exist. */
public final class PaintingMemory {
  private PaintingMemory() {}

  /**
   * Estimates a {@link VersatileDiffusionDecoder} that paints with guidance, from a blurry start.
   *
   * @param unet the shape of the UNet
   * @param autoencoder the shape of the autoencoder
   * @param precision the format that the weights of both are kept in
   * @param batch pictures at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate painting(
      ConditionalUnetConfig unet, AutoencoderConfig autoencoder, Precision precision, int batch) {
    long side = (long) unet.side() * autoencoder.stages().reduction();
    long pixels = side * side;
    MemoryEstimate sampling = ConditionalUnetMemory.guided(unet, precision, batch);
    // Pictures are decoded one by one, whatever the batch.
    MemoryEstimate decoding = LowLevelMemory.decoding(autoencoder, precision, 1, pixels);
    MemoryEstimate encoding = LowLevelMemory.encoding(autoencoder, precision, 1, pixels);
    long most =
        Math.max(sampling.activations(), Math.max(decoding.activations(), encoding.activations()));
    long pictures = 2 * batch * 3 * pixels * Float.BYTES;
    AutoencoderKl network = new AutoencoderKl(autoencoder);
    network.storeIn(precision);
    // Each way keeps convolutions of its own in a second order, besides all weights.
    long second = encoding.weights() - MemoryEstimate.inference(network, 0).weights();
    long weights = sampling.weights() + decoding.weights() + second;
    return new MemoryEstimate(weights, 0, 0, most + pictures, sampling.working());
  }

  /**
   * Refuses to load what is known not to fit, and says how many pictures at once would.
   *
   * @param unet the shape of the UNet
   * @param autoencoder the shape of the autoencoder
   * @param precision the format that the weights of both are kept in
   * @param batch pictures at a time
   * @param budget what there is
   * @throws MindEyeException if it does not fit
   */
  public static void requireFits(
      ConditionalUnetConfig unet,
      AutoencoderConfig autoencoder,
      Precision precision,
      int batch,
      MemoryBudget budget) {
    List<Alternative> fewer = new ArrayList<>();
    for (int count = Integer.highestOneBit(batch); count > 0; count /= 2) {
      if (count < batch) {
        MemoryEstimate needed = painting(unet, autoencoder, precision, count);
        fewer.add(new Alternative("batch " + count, needed));
      }
    }
    if (precision == Precision.FLOAT32) {
      MemoryEstimate needed = painting(unet, autoencoder, Precision.BFLOAT16, batch);
      fewer.add(new Alternative("the precision " + Precision.BFLOAT16, needed));
    }
    painting(unet, autoencoder, precision, batch)
        .requireFits("painting " + Plural.of(batch, "picture") + " at a time", budget, fewer);
  }
}
