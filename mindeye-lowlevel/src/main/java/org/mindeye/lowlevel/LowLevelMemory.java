// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import org.mindeye.MindEyeException;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;

/** The memory that the networks of the low-level branch need, before they exist. */
public final class LowLevelMemory {
  private static final int COLORS = 3;

  /** Input, convolution, norm, and the two wide tensors: of a ConvNeXt block, in channels. */
  private static final int CONVNEXT_TENSORS = 3 + 2 * 4;

  /** Stages of a contrastive loss in its graph: products, softmaxes, logarithms, both ways. */
  private static final int SIMILARITIES = 8;

  private LowLevelMemory() {}

  /**
   * Estimates a prediction of latents, {@link VaeLatentBranch#predict}.
   *
   * @param config the shape of the network
   * @param batch voxel patterns at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(LowLevelConfig config, int batch) {
    long side = config.latents().side();
    long layers = config.voxels() + 6L * config.mlp().hidden() * (config.mlp().blocks() + 1);
    long maps = config.upsampling().stages().enlargingPeak(side * side);
    return MemoryEstimate.inference(new LowLevelNetwork(config), bytes(batch * (layers + maps)));
  }

  /**
   * Estimates {@link AutoencoderKl#decode(org.mindeye.core.tensor.VaeLatents,
   * ai.djl.ndarray.NDManager)}.
   *
   * @param config the shape of the network
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate decoding(AutoencoderConfig config, int batch, long pixels) {
    long maps = config.stages().enlargingPeak(pixels);
    return MemoryEstimate.inference(new AutoencoderKl(config), bytes(batch * maps));
  }

  /**
   * Estimates {@link AutoencoderKl#encodeMode}.
   *
   * @param config the shape of the network
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate encoding(AutoencoderConfig config, int batch, long pixels) {
    long maps = COLORS * pixels + config.stages().reducingPeak(pixels);
    return MemoryEstimate.inference(new AutoencoderKl(config), bytes(batch * maps));
  }

  /**
   * Estimates {@link ConvNextTeacher#features} without a graph.
   *
   * @param config the shape of the network
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate features(ConvNextConfig config, int batch, long pixels) {
    long widest = 0;
    long positions = pixels / 16;
    for (int width : config.widths()) {
      widest = Math.max(widest, CONVNEXT_TENSORS * width * positions);
      positions /= 4;
    }
    long maps = 2 * COLORS * pixels + widest;
    return MemoryEstimate.inference(new ConvNextTeacher(config), bytes(batch * maps));
  }

  /**
   * Estimates a training step of the low-level network: forward, error of latents, backward, AdamW.
   *
   * @param config the shape of the network
   * @param batch voxel patterns at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(LowLevelConfig config, int batch) {
    return MemoryEstimate.training(new LowLevelNetwork(config), bytes(batch * kept(config)));
  }

  /**
   * Estimates decoding through which gradients flow.
   *
   * @param config the shape of the autoencoder
   * @param batch latents at a time
   * @param side rows, and columns, of the latents
   * @return what a process that does nothing else needs; the autoencoder itself is not trained
   */
  public static MemoryEstimate decodingWithGradients(
      AutoencoderConfig config, int batch, int side) {
    long floats = upsampling(config.stages(), config.latentChannels(), side);
    return MemoryEstimate.inference(new AutoencoderKl(config), bytes(batch * floats));
  }

  /**
   * Estimates the comparison with a teacher: its view of a batch, without a graph, and the
   * similarities of all positions of all images.
   *
   * @param config the shape of the teacher
   * @param batch images at a time
   * @param side rows, and columns, of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate teaching(ConvNextConfig config, int batch, int side) {
    long positions = (long) (side / config.reduction()) * (side / config.reduction());
    long rows = batch * positions;
    MemoryEstimate seen = features(config, batch, (long) side * side);
    long compared = 2 * rows * config.projectorWidth() + SIMILARITIES * rows * rows;
    return seen.plus(new MemoryEstimate(0, 0, 0, bytes(compared), 0));
  }

  /**
   * Refuses to load a low-level network that does not fit.
   *
   * @param config its shape
   * @param budget what there is
   * @throws MindEyeException if weights and one voxel pattern do not fit
   */
  public static void requireLoadable(LowLevelConfig config, MemoryBudget budget) {
    inference(config, 1)
        .requireLoadable("a low-level network", new LowLevelNetwork(config), budget);
  }

  /**
   * Refuses to load an autoencoder that does not fit. What its images need depends on their size,
   * and is not asked for.
   *
   * @param config its shape
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit
   */
  public static void requireLoadable(AutoencoderConfig config, MemoryBudget budget) {
    AutoencoderKl network = new AutoencoderKl(config);
    MemoryEstimate.inference(network, 0).requireLoadable("an autoencoder", network, budget);
  }

  /**
   * Refuses to load a teacher that does not fit. What its images need depends on their size, and is
   * not asked for.
   *
   * @param config its shape
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit
   */
  public static void requireLoadable(ConvNextConfig config, MemoryBudget budget) {
    ConvNextTeacher network = new ConvNextTeacher(config);
    MemoryEstimate.inference(network, 0).requireLoadable("a ConvNeXt", network, budget);
  }

  /**
   * Numbers of one pattern that live until the step ends: per voxel layer linear, norm, activation,
   * dropout's two, and sum.
   */
  private static long kept(LowLevelConfig config) {
    LowLevelConfig.Mlp mlp = config.mlp();
    long maps = (long) config.mapSide() * config.mapSide();
    int channels = config.upsampling().channels();
    long floats = config.voxels() + 6L * mlp.hidden() * (mlp.blocks() + 1) + 2 * maps * channels;
    floats += upsampling(config.upsampling().stages(), channels, config.mapSide());
    if (config.mapsProjector()) {
      floats += 8 * maps * MapsProjector.WIDTH;
    }
    return floats;
  }

  /**
   * Numbers that live until the step ends when maps are enlarged: all layers of an {@link
   * Upsampler}.
   */
  private static long upsampling(ConvolutionStages stages, long in, long side) {
    int last = stages.channels().size() - 1;
    long deepest = stages.channels().get(last);
    long positions = side * side;
    long sum = positions * (in + 2 * block(deepest, deepest) + 8 * deepest + 2 * positions);
    long before = deepest;
    for (int stage = last; stage >= 0; stage--) {
      long channels = stages.channels().get(stage);
      sum += positions * (block(before, channels) + stages.blocks() * block(channels, channels));
      if (stage > 0) {
        positions *= 4;
        sum += positions * 2 * channels; // nearest neighbors, and their convolution
      }
      before = channels;
    }
    return sum + positions * 3 * before; // norm, activation, and the little that comes out
  }

  /** Two norms, activations and convolutions, the sum and, where the width changes, a shortcut. */
  private static long block(long in, long out) {
    return 2 * in + (in == out ? 5 : 6) * out;
  }

  private static long bytes(long numbers) {
    return numbers * Float.BYTES;
  }
}
