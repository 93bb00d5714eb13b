// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import org.mindeye.core.weights.StateDict;

/** What the names and shapes of weights say about the autoencoder they are of. */
final class AutoencoderWeights {
  /** Of every published autoencoder; shapes do not tell it. */
  private static final int GROUPS = 32;

  private AutoencoderWeights() {}

  static AutoencoderConfig configure(StateDict weights) {
    WeightShapes shapes = new WeightShapes(weights, "an autoencoder");
    int latents = shapes.axis("post_quant_conv.weight", 0, 4);
    int stages = shapes.count(i -> "encoder.down_blocks." + i + ".resnets.0.conv1.weight");
    int blocks = shapes.count(i -> "encoder.down_blocks.0.resnets." + i + ".conv1.weight");
    List<Integer> channels =
        shapes.each(
            Math.max(1, stages), i -> "encoder.down_blocks." + i + ".resnets.0.conv1.weight", 0, 4);
    return new AutoencoderConfig(
        new ConvolutionStages(channels, blocks, GROUPS),
        latents,
        AutoencoderConfig.STABLE_DIFFUSION_SCALE);
  }
}
