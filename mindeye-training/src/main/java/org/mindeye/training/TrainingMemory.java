// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.backbone.ResidualMlpBackbone;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.prior.DenoisingNetwork;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorMemory;

/** The memory that a run needs, before it starts. */
public final class TrainingMemory {
  /** Contrastive losses compare two pictures or more. */
  private static final int SMALLEST_BATCH = 2;

  private TrainingMemory() {}

  /**
   * Estimates a run: weights and their copies in the format of the run, gradients, AdamW's moments,
   * what the backward pass reads, and the moving average and accumulated gradients where the recipe
   * has them. Samples and targets that are kept in memory are not counted.
   *
   * @param model what is trained
   * @param config the recipe
   * @return what a process that does nothing else needs; within 15 % of what was measured on a
   *     backbone alone, the prior alone and both together
   */
  public static MemoryEstimate estimate(MindEyeModel model, TrainingConfig config) {
    boolean lean = model.prior().map(DiffusionPrior::checkpointsGradients).orElse(false);
    return estimate(ModelConfig.of(model), lean, config);
  }

  /**
   * The same for a model that does not exist yet, without gradient checkpointing.
   *
   * @param model its shape
   * @param config the recipe
   * @return what a process that does nothing else needs
   */
  public static MemoryEstimate estimate(ModelConfig model, TrainingConfig config) {
    return estimate(model, false, config);
  }

  private static MemoryEstimate estimate(ModelConfig model, boolean lean, TrainingConfig config) {
    Precision precision = config.optimizer().precision();
    MemoryEstimate sum =
        BackboneMemory.training(model.backbone(), precision, config.batches().size());
    if (model.process() != null) {
      sum = sum.plus(prior(model, lean, config));
    }
    if (config.optimizer().averages()) {
      long copies = MemoryEstimate.copies(new ResidualMlpBackbone(model.backbone()), precision);
      copies += model.process() == null ? 0 : MemoryEstimate.copies(model.denoiser(), precision);
      sum = sum.withMovingAverage().plus(new MemoryEstimate(0, 0, 0, copies / 2, 0));
    }
    return config.optimizer().accumulation() > 1 ? sum.withAccumulation() : sum;
  }

  private static MemoryEstimate prior(ModelConfig model, boolean lean, TrainingConfig config) {
    if (config.loss().objective().prior() == 0) {
      return MemoryEstimate.inference(model.denoiser(), 0);
    }
    Precision precision = config.optimizer().precision();
    if (model.prior() != null) {
      return lean
          ? PriorMemory.trainingWithCheckpointing(model.prior(), precision, config.batches().size())
          : PriorMemory.training(model.prior(), precision, config.batches().size());
    }
    return MemoryEstimate.training(model.denoiser(), precision, 0);
  }

  /**
   * Refuses what does not fit before the model exists: where its weights do not fit either, the
   * system may end the process without a word.
   *
   * @param model the shape of what is to be trained
   * @param config the recipe
   * @param budget what there is
   * @throws MindEyeException if it does not fit: says what is needed, what there is, and what would
   *     fit
   */
  public static void requireFits(ModelConfig model, TrainingConfig config, MemoryBudget budget) {
    List<Alternative> smaller =
        new ArrayList<>(
            Alternative.smallerBatch(
                config.batches().size(),
                SMALLEST_BATCH,
                less -> inProcess(model, config.withBatchSize(less)),
                budget));
    if (config.optimizer().averages()) {
      TrainingConfig plain = config.withOptimizer(config.optimizer().withAverage(0));
      smaller.add(new Alternative("no moving average", inProcess(model, plain)));
    }
    inProcess(model, config)
        .requireFits("training at batch " + config.batches().size(), budget, smaller);
  }

  /**
   * Refuses to load networks that do not fit, before they are allocated.
   *
   * @param model the shape of what is to be loaded
   * @param precision in which they keep their weights
   * @param budget what there is
   * @throws IllegalArgumentException if one of the networks does not offer the format
   * @throws MindEyeException if it does not fit: says what is needed and what there is, and names
   *     formats of fewer bits, for inference, in which it would
   */
  public static void requireLoadable(ModelConfig model, Precision precision, MemoryBudget budget) {
    List<Alternative> smaller = new ArrayList<>();
    for (Precision less : Precision.values()) {
      boolean offered = less != Precision.INT8_WEIGHTS || model.process() == null;
      if (offered && less.compareTo(precision) > 0) {
        smaller.add(new Alternative("inference in " + less, loaded(model, less)));
      }
    }
    loaded(model, precision).requireFits("loading the networks in " + precision, budget, smaller);
  }

  private static MemoryEstimate loaded(ModelConfig model, Precision precision) {
    MemoryEstimate sum = BackboneMemory.inference(model.backbone(), precision, 1);
    if (model.process() != null) {
      DenoisingNetwork denoiser = model.denoiser();
      denoiser.storeIn(precision);
      sum = sum.plus(MemoryEstimate.inference(denoiser, 0));
    }
    return new MemoryEstimate(sum.weights(), 0, 0, sum.activations(), 0);
  }

  /** Without the process itself, which is there already. */
  private static MemoryEstimate inProcess(ModelConfig model, TrainingConfig config) {
    MemoryEstimate all = estimate(model, config);
    return new MemoryEstimate(all.weights(), all.gradients(), all.moments(), all.activations(), 0);
  }

  /**
   * Refuses to start what does not fit.
   *
   * @param model with its weights in memory
   * @param config the recipe
   * @param budget what there is in addition to the weights
   * @throws MindEyeException if it does not fit; names what would: a smaller batch, gradient
   *     checkpointing in the prior, no moving average
   */
  static void requireFits(MindEyeModel model, TrainingConfig config, MemoryBudget budget) {
    List<Alternative> smaller =
        new ArrayList<>(
            Alternative.smallerBatch(
                config.batches().size(),
                SMALLEST_BATCH,
                less -> withoutWeights(model, config.withBatchSize(less)),
                budget));
    model
        .prior()
        .filter(prior -> config.loss().objective().prior() > 0 && !prior.checkpointsGradients())
        .ifPresent(
            prior -> {
              MindEyeModel lean =
                  MindEyeModel.of(model.backbone(), prior.withGradientCheckpointing());
              smaller.add(
                  new Alternative(
                      "gradient checkpointing in the prior", withoutWeights(lean, config)));
            });
    if (config.optimizer().averages()) {
      TrainingConfig plain = config.withOptimizer(config.optimizer().withAverage(0));
      smaller.add(new Alternative("no moving average", withoutWeights(model, plain)));
    }
    withoutWeights(model, config)
        .requireFits(
            String.format(
                Locale.ROOT,
                "training %,d parameters at batch %d, in addition to its weights,",
                model.trainableCount(),
                config.batches().size()),
            budget,
            smaller);
  }

  /** Without the model's own weights and the process itself, which are there already. */
  private static MemoryEstimate withoutWeights(MindEyeModel model, TrainingConfig config) {
    MemoryEstimate all = estimate(model, config);
    long average = config.optimizer().averages() ? all.weights() / 2 : 0;
    return new MemoryEstimate(average, all.gradients(), all.moments(), all.activations(), 0);
  }
}
