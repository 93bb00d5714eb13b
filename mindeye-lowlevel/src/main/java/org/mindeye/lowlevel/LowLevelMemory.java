// SPDX-License-Identifier: Apache-2.0
package org.mindeye.lowlevel;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Conv2d;
import org.mindeye.core.nn.Network;

/** The memory that the networks of the low-level branch need, before they exist. */
public final class LowLevelMemory {
  private static final int COLORS = 3;

  /** How names of an autoencoder's parts begin, and no name. */
  private static final String ENCODER = "encoder.";

  private static final String DECODER = "decoder.";
  private static final String NOTHING = " ";

  /** Input, convolution, norm, and the two wide tensors: of a ConvNeXt block, in channels. */
  private static final int CONVNEXT_TENSORS = 3 + 2 * 4;

  /** Stages of a contrastive loss in its graph: products, softmaxes, logarithms, both ways. */
  private static final int SIMILARITIES = 8;

  /** Of pixels: given, painted, differences, and what is made of them for both errors. */
  private static final int ERRORS = 6;

  /** Moments, their halves, deviation, noise, sample, and the sample behind its convolution. */
  private static final int LATENT_TENSORS = 10;

  private LowLevelMemory() {}

  /**
   * Estimates a prediction of latents, {@link VaeLatentBranch#predict}.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch voxel patterns at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(LowLevelConfig config, Precision precision, int batch) {
    long side = config.latents().side();
    long layers = config.voxels() + 6L * config.mlp().hidden() * (config.mlp().blocks() + 1);
    long maps = config.upsampling().stages().enlargingPeak(side * side);
    return inference(new LowLevelNetwork(config), precision, batch * (layers + maps));
  }

  /**
   * Estimates {@link AutoencoderKl#decode(org.mindeye.core.tensor.VaeLatents,
   * ai.djl.ndarray.NDManager)}.
   *
   * @param config the shape of the network
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs, in float32
   */
  public static MemoryEstimate decoding(AutoencoderConfig config, int batch, long pixels) {
    return decoding(config, Precision.FLOAT32, batch, pixels);
  }

  /**
   * The same in a format of numbers.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate decoding(
      AutoencoderConfig config, Precision precision, int batch, long pixels) {
    long maps = config.stages().enlargingPeak(pixels);
    return inference(new AutoencoderKl(config), ENCODER, precision, batch * maps);
  }

  /**
   * Estimates {@link AutoencoderKl#encodeMode}.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate encoding(
      AutoencoderConfig config, Precision precision, int batch, long pixels) {
    long maps = COLORS * pixels + config.stages().reducingPeak(pixels);
    return inference(new AutoencoderKl(config), DECODER, precision, batch * maps);
  }

  /**
   * Estimates {@link ConvNextTeacher#features} without a graph.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch images at a time
   * @param pixels height times width of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate features(
      ConvNextConfig config, Precision precision, int batch, long pixels) {
    long widest = 0;
    long positions = pixels / 16;
    for (int width : config.widths()) {
      widest = Math.max(widest, CONVNEXT_TENSORS * width * positions);
      positions /= 4;
    }
    long maps = 2 * COLORS * pixels + widest;
    return inference(new ConvNextTeacher(config), precision, batch * maps);
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
   * Estimates a training step of an autoencoder: encoder, decoder, errors of pixels, backward,
   * AdamW. Pictures that a program keeps beside the batch are not counted.
   *
   * @param config the shape of the network
   * @param batch pictures at a time
   * @param pixels height times width of the pictures
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(AutoencoderConfig config, int batch, long pixels) {
    ConvolutionStages stages = config.stages();
    long positions = pixels / ((long) stages.reduction() * stages.reduction());
    long floats =
        ERRORS * COLORS * pixels
            + reducing(stages, pixels)
            + LATENT_TENSORS * config.latentChannels() * positions
            + enlarging(stages, config.latentChannels(), positions);
    return MemoryEstimate.training(new AutoencoderKl(config), bytes(batch * floats));
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
    long floats = enlarging(config.stages(), config.latentChannels(), (long) side * side);
    return MemoryEstimate.inference(new AutoencoderKl(config), bytes(batch * floats));
  }

  /**
   * Estimates the comparison with a teacher: its view of a batch, without a graph, and the
   * similarities of all positions of all images.
   *
   * @param config the shape of the teacher
   * @param precision the format that its weights are kept in
   * @param batch images at a time
   * @param side rows, and columns, of the images
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate teaching(
      ConvNextConfig config, Precision precision, int batch, int side) {
    long rows = batch * ((long) (side / config.reduction()) * (side / config.reduction()));
    return features(config, precision, batch, (long) side * side)
        .plus(comparing(rows, config.projectorWidth()));
  }

  /**
   * Estimates the comparison with features that a teacher has given already.
   *
   * @param rows positions of all images
   * @param width numbers of each
   * @return the features of the images and of their views, and the similarities of all rows
   */
  public static MemoryEstimate comparing(long rows, int width) {
    return new MemoryEstimate(0, 0, 0, bytes(2 * rows * width + SIMILARITIES * rows * rows), 0);
  }

  /**
   * Refuses to load a low-level network that does not fit.
   *
   * @param config its shape
   * @param precision the format that the weights will be kept in
   * @param budget what there is
   * @throws MindEyeException if weights and one voxel pattern do not fit
   */
  public static void requireLoadable(
      LowLevelConfig config, Precision precision, MemoryBudget budget) {
    inference(config, precision, 1)
        .requireLoadable("a low-level network", new LowLevelNetwork(config), budget);
  }

  /**
   * Refuses to load an autoencoder that does not fit. What its images need depends on their size,
   * and is not asked for.
   *
   * @param config its shape
   * @param precision the format that the weights will be kept in
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit
   */
  public static void requireLoadable(
      AutoencoderConfig config, Precision precision, MemoryBudget budget) {
    AutoencoderKl network = new AutoencoderKl(config);
    inference(network, precision, 0).requireLoadable("an autoencoder", network, budget);
  }

  /**
   * Refuses to load a teacher that does not fit. What its images need depends on their size, and is
   * not asked for.
   *
   * @param config its shape
   * @param precision the format that the weights will be kept in
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit
   */
  public static void requireLoadable(
      ConvNextConfig config, Precision precision, MemoryBudget budget) {
    ConvNextTeacher network = new ConvNextTeacher(config);
    inference(network, precision, 0).requireLoadable("a ConvNeXt", network, budget);
  }

  /** A network that keeps its weights in a format, and so many numbers between its layers. */
  private static MemoryEstimate inference(Network network, Precision precision, long numbers) {
    return inference(network, NOTHING, precision, numbers);
  }

  /** The same where the part whose names begin in some way is not run. */
  private static MemoryEstimate inference(
      Network network, String idle, Precision precision, long numbers) {
    network.storeIn(precision);
    MemoryEstimate plain = MemoryEstimate.inference(network, numbers * precision.activationBytes());
    long weights = plain.weights() + packed(network, idle);
    return new MemoryEstimate(weights, 0, 0, plain.activations(), plain.working());
  }

  /** Bytes of convolutions' weights that are kept in a second order, at any number of positions. */
  private static long packed(Network network, String idle) {
    long sum = 0;
    for (Pair<String, Parameter> each : network.getParameters()) {
      if (!each.getKey().startsWith(idle)) {
        sum += Conv2d.keptBytes(network, each.getValue(), Long.MAX_VALUE);
      }
    }
    return sum;
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
    floats += enlarging(config.upsampling().stages(), channels, maps);
    if (config.mapsProjector()) {
      floats += 8 * maps * MapsProjector.WIDTH;
    }
    return floats;
  }

  /**
   * Numbers that live until the step ends when maps are enlarged: all layers of an {@link
   * Upsampler}.
   */
  private static long enlarging(ConvolutionStages stages, long in, long smallest) {
    int last = stages.channels().size() - 1;
    long before = stages.channels().get(last);
    long positions = smallest;
    long sum = positions * in + bottleneck(before, positions);
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

  /** The same when maps are reduced: all layers of a {@link Downsampler}. */
  private static long reducing(ConvolutionStages stages, long largest) {
    int last = stages.channels().size() - 1;
    long before = stages.channels().get(0);
    long positions = largest;
    long sum = positions * before;
    for (int stage = 0; stage <= last; stage++) {
      long channels = stages.channels().get(stage);
      long others = (stages.blocks() - 1) * block(channels, channels);
      sum += positions * (block(before, channels) + others);
      if (stage < last) {
        sum += positions * channels + positions / 4 * channels; // padded, and halved
        positions /= 4;
      }
      before = channels;
    }
    return sum + bottleneck(before, positions) + positions * 3 * before;
  }

  /** Two blocks and the attention between them, with its weights for each pair of positions. */
  private static long bottleneck(long channels, long positions) {
    return positions * (2 * block(channels, channels) + 8 * channels + 2 * positions);
  }

  /**
   * Two norms and activations, the first convolution, and the sum. The backward pass does not need
   * the second convolution and the shortcut, which are freed.
   */
  private static long block(long in, long out) {
    return 2 * in + 4 * out;
  }

  private static long bytes(long numbers) {
    return numbers * Float.BYTES;
  }
}
