// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction.unet;

import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.nn.Conv2d;

/** The memory that a UNet needs, before it exists. */
public final class ConditionalUnetMemory {
  /**
   * Gaps that glibc's heap holds between tensors that come and go, in parts of what is alive:
   * measured at eight predictions at a time.
   */
  private static final double GAPS = 0.5;

  private static final Pattern STAGE =
      Pattern.compile("^(?:(up|down)_blocks\\.(\\d+)|mid_block)\\.(upsamplers|downsamplers)?");

  private ConditionalUnetMemory() {}

  /**
   * Estimates {@link ConditionalUnet#predict}, on latents of the configuration's side.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch predictions at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate prediction(
      ConditionalUnetConfig config, Precision precision, int batch) {
    long numbers = prepared(config) + batch * (skips(config) + widest(config));
    long bytes = (long) (numbers * precision.activationBytes() * (1 + GAPS));
    ConditionalUnet network = new ConditionalUnet(config);
    network.storeIn(precision);
    MemoryEstimate once = MemoryEstimate.inference(network, bytes);
    long weights = once.weights() + packed(network, batch);
    return new MemoryEstimate(weights, 0, 0, once.activations(), once.working());
  }

  /**
   * Estimates {@link ConditionalUnet#predictGuided}, on latents of the configuration's side.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch pictures at a time, of two predictions each
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate guided(
      ConditionalUnetConfig config, Precision precision, int batch) {
    return prediction(config, precision, 2 * batch);
  }

  /**
   * Estimates a training step, on latents of the configuration's side: forward, error of the
   * prediction, backward, AdamW.
   *
   * @param config the shape of the network
   * @param precision the format that it computes in
   * @param batch pictures at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(
      ConditionalUnetConfig config, Precision precision, int batch) {
    // The gradients of what the way up reads wait until the way down's turn comes.
    long numbers = batch * (TrainedNumbers.of(config) + skips(config));
    long bytes = (long) (numbers * precision.activationBytes() * (1 + GAPS));
    return MemoryEstimate.training(new ConditionalUnet(config), precision, bytes);
  }

  /**
   * Refuses to load a UNet that does not fit. What its latents need depends on their number, and is
   * not asked for.
   *
   * @param config its shape
   * @param precision the format that the weights will be kept in
   * @param budget what there is
   * @throws MindEyeException if the weights do not fit
   */
  public static void requireLoadable(
      ConditionalUnetConfig config, Precision precision, MemoryBudget budget) {
    ConditionalUnet network = new ConditionalUnet(config);
    network.storeIn(precision);
    MemoryEstimate.inference(network, 0).requireLoadable("a conditional UNet", network, budget);
  }

  /** Keys and values of one condition, for every transformer. */
  static long prepared(ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    long channels = stages.deepest();
    for (int stage = 0; stage < stages.count(); stage++) {
      if (stages.attention().get(stage)) {
        channels += (2L * stages.blocks() + 1) * stages.channels().get(stage);
      }
    }
    return 2 * channels * config.condition().tokens();
  }

  /** Bytes of convolutions' weights that are kept in a second order. */
  private static long packed(ConditionalUnet network, int batch) {
    ConditionalUnetConfig config = network.config();
    int last = config.stages().count() - 1;
    long sum = 0;
    for (Pair<String, Parameter> each : network.getParameters()) {
      Matcher stage = STAGE.matcher(each.getKey());
      if (stage.find()) {
        int index = stage.group(2) == null ? last : Integer.parseInt(stage.group(2));
        int resizing = stage.group(3) == null ? 0 : 1;
        int depth = "up".equals(stage.group(1)) ? last - index - resizing : index + resizing;
        long positions = batch * positions(config, depth);
        sum += Conv2d.keptBytes(network, each.getValue(), positions);
      }
    }
    return sum;
  }

  /** What the way up waits for. */
  private static long skips(ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    long sum = positions(config, 0) * stages.channels().get(0);
    for (int stage = 0; stage < stages.count(); stage++) {
      long channels = stages.channels().get(stage);
      sum += stages.blocks() * positions(config, stage) * channels;
      if (stage < stages.count() - 1) {
        sum += positions(config, stage + 1) * channels;
      }
    }
    return sum;
  }

  /**
   * The most that is there at once within a layer: of a residual block on the way up, what is read
   * and its pieces before, norm and activation; of a transformer, maps and tokens, values and
   * gates, a gate's function and the product.
   */
  private static long widest(ConditionalUnetConfig config) {
    UnetStages stages = config.stages();
    long most = 0;
    for (int stage = 0; stage < stages.count(); stage++) {
      long out = stages.channels().get(stage);
      long in = stages.channels().get(Math.min(stage + 1, stages.count() - 1));
      long residual = 4 * (in + out);
      long transformer = stages.attention().get(stage) ? (4 + 8 + 4 + 4) * out : 0;
      most = Math.max(most, positions(config, stage) * Math.max(residual, transformer));
    }
    return most;
  }

  /** Of the maps of a stage. */
  static long positions(ConditionalUnetConfig config, int stage) {
    long side = config.side() >> stage;
    return side * side;
  }
}
