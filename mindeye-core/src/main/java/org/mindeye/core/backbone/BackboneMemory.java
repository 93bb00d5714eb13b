// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.core.tensor.ClipSpace;

/** The memory that a backbone needs, before it exists. */
public final class BackboneMemory {
  private BackboneMemory() {}

  /**
   * Estimates {@link BackboneEncoder#encode} in float32.
   *
   * @param config the shape of the network
   * @param batch voxel patterns at a time; 0 for the weights alone
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(BackboneConfig config, int batch) {
    return inference(config, Precision.FLOAT32, batch);
  }

  /**
   * Estimates {@link BackboneEncoder#encode}.
   *
   * @param config the shape of the network
   * @param precision the format that the weights are kept in
   * @param batch voxel patterns at a time; 0 for the weights alone
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate inference(BackboneConfig config, Precision precision, int batch) {
    ResidualMlpBackbone backbone = new ResidualMlpBackbone(config);
    backbone.storeIn(precision);
    long single = activations(config, batch);
    return MemoryEstimate.inference(backbone, precision == Precision.FLOAT32 ? single : single / 2);
  }

  /**
   * Estimates a training step: forward, contrastive loss, backward, AdamW. Targets and samples that
   * a program keeps besides the batch are not counted.
   *
   * @param config the shape of the network
   * @param batch voxel patterns at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(BackboneConfig config, int batch) {
    return MemoryEstimate.training(new ResidualMlpBackbone(config), activations(config, batch));
  }

  /**
   * The same in a format of numbers.
   *
   * @param config the shape of the network
   * @param precision the format that the network computes in
   * @param batch voxel patterns at a time
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate training(BackboneConfig config, Precision precision, int batch) {
    return MemoryEstimate.training(
        new ResidualMlpBackbone(config), precision, activations(config, batch));
  }

  /**
   * Refuses to load weights that do not fit.
   *
   * @param config the shape of the network
   * @param precision the format that the weights will be kept in
   * @param budget what there is
   * @throws MindEyeException if weights and one voxel pattern do not fit; names formats of fewer
   *     bits, for inference, and the final-layer space where these would
   */
  public static void requireLoadable(
      BackboneConfig config, Precision precision, MemoryBudget budget) {
    List<Alternative> smaller = new ArrayList<>();
    for (Precision less : Precision.values()) {
      if (less.compareTo(precision) > 0) {
        smaller.add(new Alternative("inference in " + less, inference(config, less, 1)));
      }
    }
    addFinalLayer(smaller, config, other -> inference(other, precision, 1));
    String what = "loading " + describe(config) + " in " + precision;
    inference(config, precision, 1).requireFits(what, budget, smaller);
  }

  /**
   * Refuses to train where a step does not fit.
   *
   * @param backbone with its weights in memory; frozen parameters need nothing more
   * @param batch voxel patterns at a time
   * @param budget what there is besides the weights
   * @throws MindEyeException if gradients, moments and activations do not fit; names a smaller
   *     batch, the final-layer space and inference where these would
   */
  public static void requireTrainable(
      ResidualMlpBackbone backbone, int batch, MemoryBudget budget) {
    BackboneConfig config = backbone.config();
    IntFunction<MemoryEstimate> step =
        size -> MemoryEstimate.training(backbone, activations(config, size)).withWeightsPresent();
    List<Alternative> smaller = new ArrayList<>(Alternative.smallerBatch(batch, 1, step, budget));
    addFinalLayer(smaller, config, other -> training(other, batch).withWeightsPresent());
    smaller.add(
        new Alternative(
            "inference only at batch " + batch, inference(config, batch).withWeightsPresent()));
    step.apply(batch)
        .requireFits(
            "training " + describe(config) + " at batch " + batch + ", in addition to its weights,",
            budget,
            smaller);
  }

  private static void addFinalLayer(
      List<Alternative> smaller,
      BackboneConfig config,
      Function<BackboneConfig, MemoryEstimate> estimate) {
    if (config.space().size() > ClipSpace.VIT_L_14_FINAL.size()) {
      smaller.add(
          new Alternative(
              "the final-layer space " + ClipSpace.VIT_L_14_FINAL,
              estimate.apply(config.withSpace(ClipSpace.VIT_L_14_FINAL))));
    }
  }

  private static String describe(BackboneConfig config) {
    return String.format(
        Locale.ROOT,
        "a backbone of %,d parameters",
        new ResidualMlpBackbone(config).parameterCount());
  }

  /**
   * Results of the layers, all of which live until the call or the step ends: per block linear,
   * norm, activation, dropout's mask and product, sum; per token the layers of the projector and
   * the unit vectors of the loss.
   */
  private static long activations(BackboneConfig config, int batch) {
    long trunk = config.voxels() + 6L * config.trunk().hidden() * (config.trunk().blocks() + 1);
    long head = config.space().size();
    if (config.projector().exists()) {
      long width = config.projector().width();
      head += 6L * config.space().size() + 6L * config.space().tokens() * width;
    }
    return batch * (trunk + head) * Float.BYTES;
  }
}
