// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.core.nn.Network;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.lowlevel.AutoencoderKl;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.lowlevel.LowLevelNetwork;

/**
 * The least work of convolutional networks, counted as in {@link Work}: a convolution is the
 * product that it can be written as, its whole kernel for each position, edges included.
 */
final class ConvolutionWork {
  private static final Pattern STAGE = Pattern.compile("(up|down)_blocks\\.(\\d+)\\.");
  private static final int FLOAT = 4;

  private ConvolutionWork() {}

  /** Latents to pixels: decoder and the layer before it, weights and latents read. */
  static Work decode(AutoencoderSize size) {
    AutoencoderConfig config = size.config();
    double deepest = (double) size.latentSide() * size.latentSide();
    try (AutoencoderKl network = new AutoencoderKl(config)) {
      double products =
          products(network, "decoder.", deepest, config.stages().channels().size())
              + products(network, "post_quant_conv.", deepest, 1);
      double numbers =
          numbers(network, "decoder.")
              + numbers(network, "post_quant_conv.")
              + config.latentChannels() * deepest
              + 3.0 * size.side() * size.side();
      return new Work(2 * products, FLOAT * numbers);
    }
  }

  /** Pixels to the means of latents: encoder and the layer behind it. */
  static Work encode(AutoencoderSize size) {
    AutoencoderConfig config = size.config();
    double deepest = (double) size.latentSide() * size.latentSide();
    try (AutoencoderKl network = new AutoencoderKl(config)) {
      double products =
          products(network, "encoder.", deepest, config.stages().channels().size())
              + products(network, "quant_conv.", deepest, 1);
      double numbers =
          numbers(network, "encoder.")
              + numbers(network, "quant_conv.")
              + config.latentChannels() * deepest
              + 3.0 * size.side() * size.side();
      return new Work(2 * products, FLOAT * numbers);
    }
  }

  /** Linear layers once for each sample, convolutions once for each position. */
  static Work forward(LowLevelConfig config, double batch) {
    LowLevelConfig.Latents latents = config.latents();
    double side = (double) latents.side() / config.upsampling().factor();
    try (LowLevelNetwork network = new LowLevelNetwork(config)) {
      double products =
          products(network, "lin", 1, 1)
              + products(network, "mlp.", 1, 1)
              + products(network, "maps_projector.", side * side, 1)
              + products(
                  network,
                  "upsampler.",
                  side * side,
                  Integer.numberOfTrailingZeros(config.upsampling().factor()) + 1);
      double results =
          latents.channels() * (double) latents.side() * latents.side()
              + (config.mapsProjector() ? features(config) : 0);
      return new Work(
          2 * batch * products,
          FLOAT * (network.parameterCount() + batch * (config.voxels() + results)));
    }
  }

  private static double features(LowLevelConfig config) {
    double side = (double) config.latents().side() / config.upsampling().factor();
    return 512 * side * side;
  }

  /**
   * Forward; backward, which is two products for each of forward's, except that voxels need no
   * gradient; the contrastive loss of all positions with its gradient; AdamW.
   */
  static Work trainingStep(LowLevelConfig config, double batch) {
    Work forward = forward(config, batch);
    Work loss =
        Work.lossAndGradient(LossKind.SOFT_CONTRASTIVE, batch * features(config) / 512, 512);
    double voxelGradient = 2 * batch * config.voxels() * config.mlp().hidden();
    try (LowLevelNetwork network = new LowLevelNetwork(config)) {
      double parameters = network.parameterCount();
      return new Work(
          3 * forward.flops() - voxelGradient + loss.flops(),
          forward.bytes() + 2 * FLOAT * parameters + loss.bytes() + Work.adamW(parameters).bytes());
    }
  }

  private static double numbers(Network network, String prefix) {
    double numbers = 0;
    for (Pair<String, Parameter> each : network.getParameters()) {
      if (each.getKey().startsWith(prefix)) {
        numbers += each.getValue().getShape().size();
      }
    }
    return numbers;
  }

  /**
   * Multiplications of one sample in all layers of a prefix.
   *
   * @param deepest positions of the smallest maps
   * @param stages each four times the positions of the next
   */
  private static double products(Network network, String prefix, double deepest, int stages) {
    double products = 0;
    for (Pair<String, Parameter> each : network.getParameters()) {
      Shape shape = each.getValue().getShape();
      String name = each.getKey();
      if (name.startsWith(prefix) && shape.dimension() > 1) {
        products += shape.size() * deepest * Math.pow(4, doublings(name, stages));
        if (name.endsWith("attentions.0.query.weight")) {
          // Scores, and the mixture of values.
          products += 2 * deepest * deepest * shape.get(0);
        }
      }
    }
    return products;
  }

  /** How many times larger than the smallest maps, in both directions, a layer's results are. */
  private static int doublings(String name, int stages) {
    Matcher stage = STAGE.matcher(name);
    if (!stage.find()) {
      boolean largest =
          name.startsWith("encoder.") ? name.contains("conv_in") : name.contains("conv_out");
      return largest ? stages - 1 : 0;
    }
    int index = Integer.parseInt(stage.group(2));
    return stage.group(1).equals("up")
        ? index + (name.contains("upsamplers") ? 1 : 0)
        : stages - 1 - index - (name.contains("downsamplers") ? 1 : 0);
  }
}
