// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import org.mindeye.core.memory.MemoryEstimate;

/** The memory that an autoencoder needs, before it exists. */
public final class AutoencoderMemory {
  private AutoencoderMemory() {}

  /**
   * Estimates a training step: encoder, decoder, errors of pixels, backward pass, AdamW. Pictures
   * that a program keeps beside the batch are not counted.
   *
   * @param config the shape of the network
   * @param batch pictures at a time
   * @param height rows of pixels
   * @param width columns of pixels
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(
      AutoencoderConfig config, int batch, int height, int width) {
    long floats = batch * activations(config, height, width);
    return MemoryEstimate.training(new AutoencoderKl(config), floats * Float.BYTES);
  }

  /**
   * Results of the layers, which live until the step ends: per residual block two norms, two
   * activations, two convolutions, the sum and, where the width changes, the shortcut; per half the
   * attention's maps and its weights for each pair of positions.
   */
  private static long activations(AutoencoderConfig config, int height, int width) {
    ConvolutionStages stages = config.stages();
    long pixels = (long) height * width;
    long sum = 12 * pixels;
    int last = stages.channels().size() - 1;
    for (int stage = 0; stage <= last; stage++) {
      long positions = pixels >> 2 * stage;
      long channels = stages.channels().get(stage);
      long before = stages.channels().get(Math.max(0, stage - 1));
      long after = stages.channels().get(Math.min(last, stage + 1));
      sum += positions * (block(before, channels) + block(after, channels));
      sum += positions * (2L * stages.blocks() - 1) * block(channels, channels);
      sum += positions * 6 * channels; // in and out, or enlarged and halved
    }
    long positions = pixels >> 2 * last;
    long deepest = stages.channels().get(last);
    long middle = 2 * block(deepest, deepest) + 7 * deepest + 2 * positions;
    return sum + 2 * positions * (middle + 4L * config.latentChannels());
  }

  private static long block(long in, long out) {
    return 2 * in + (in == out ? 5 : 6) * out;
  }
}
