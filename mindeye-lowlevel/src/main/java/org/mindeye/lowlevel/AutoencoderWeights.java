// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import java.util.List;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightShapes;
import org.mindeye.formats.tensor.MalformedFileException;

/** What the names and shapes of weights say about the autoencoder they are of. */
final class AutoencoderWeights {
  /** Of every published autoencoder; shapes do not tell it. */
  private static final int GROUPS = 32;

  private AutoencoderWeights() {}

  /** A published file's. */
  static AutoencoderConfig configure(StateDict weights) {
    List<Integer> channels = channels(weights);
    if (channels.stream().anyMatch(width -> width % GROUPS != 0)) {
      throw new MalformedFileException(
          weights.source(),
          "channels that are multiples of the published "
              + GROUPS
              + " groups, or metadata "
              + AutoencoderConfig.METADATA
              + " that note others (give the configuration instead)",
          "channels " + channels + " without metadata");
    }
    return configure(weights, GROUPS, AutoencoderConfig.STABLE_DIFFUSION_SCALE);
  }

  /** Refuses a stated configuration that names and shapes contradict. */
  static AutoencoderConfig requireFits(StateDict weights, AutoencoderConfig noted, String whose) {
    List<Integer> channels = channels(weights);
    int groups = noted.stages().groups();
    boolean possible = channels.stream().allMatch(width -> width % groups == 0);
    if (!possible || !configure(weights, groups, noted.scale()).equals(noted)) {
      throw new MalformedFileException(
          weights.source(),
          "tensors of " + noted + ", as " + whose + " says,",
          "tensors of "
              + (possible ? configure(weights, groups, noted.scale()) : "channels " + channels));
    }
    return noted;
  }

  private static List<Integer> channels(StateDict weights) {
    WeightShapes shapes = shapes(weights);
    int stages = shapes.count(i -> resnet(i, 0));
    return shapes.each(Math.max(1, stages), i -> resnet(i, 0), 0, 4);
  }

  private static AutoencoderConfig configure(StateDict weights, int groups, double scale) {
    WeightShapes shapes = shapes(weights);
    int latents = shapes.axis("post_quant_conv.weight", 0, 4);
    int blocks = shapes.count(i -> resnet(0, i));
    return new AutoencoderConfig(
        new ConvolutionStages(channels(weights), blocks, groups), latents, scale);
  }

  private static WeightShapes shapes(StateDict weights) {
    return new WeightShapes(weights, "an autoencoder");
  }

  private static String resnet(int stage, int block) {
    return "encoder.down_blocks." + stage + ".resnets." + block + ".conv1.weight";
  }
}
