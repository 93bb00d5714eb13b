package org.mindeye.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.MindEyeException;
import org.mindeye.core.backbone.BackboneMemory;
import org.mindeye.core.memory.MemoryBudget;
import org.mindeye.core.memory.MemoryEstimate;
import org.mindeye.core.memory.MemoryEstimate.Alternative;
import org.mindeye.prior.DiffusionPrior;
import org.mindeye.prior.PriorMemory;
import org.mindeye.prior.PriorNetwork;

/** The memory that a run needs, before it starts. */
public final class TrainingMemory {
  private TrainingMemory() {}

  /**
   * Estimates a run: weights, gradients, AdamW's moments, what the backward pass reads, and the
   * moving average and accumulated gradients where the recipe has them. Samples and targets that
   * are kept in memory are not counted.
   *
   * @param model what is trained
   * @param config the recipe
   * @return what a process that does nothing else needs; within 15 % of what was measured on a
   *     backbone alone, the prior alone and both together
   */
  public static MemoryEstimate estimate(MindEyeModel model, TrainingConfig config) {
    MemoryEstimate sum = BackboneMemory.training(model.backbone().config(), config.batchSize());
    if (model.prior().isPresent()) {
      sum = sum.plus(prior(model.prior().get(), config));
    }
    if (config.optimizer().averages()) {
      sum = sum.withMovingAverage();
    }
    return config.optimizer().accumulation() > 1 ? sum.withAccumulation() : sum;
  }

  private static MemoryEstimate prior(DiffusionPrior prior, TrainingConfig config) {
    if (config.objective().prior() == 0) {
      return MemoryEstimate.inference(prior.network(), 0);
    }
    if (prior.network() instanceof PriorNetwork network) {
      return prior.checkpointsGradients()
          ? PriorMemory.trainingWithCheckpointing(network.config(), config.batchSize())
          : PriorMemory.training(network.config(), config.batchSize());
    }
    return MemoryEstimate.training(prior.network(), 0);
  }

  /**
   * Refuses to start what does not fit.
   *
   * @param model with its weights in memory
   * @param config the recipe
   * @param budget what there is beside the weights
   * @throws MindEyeException if it does not fit; names what would: a smaller batch, gradient
   *     checkpointing in the prior, no moving average
   */
  static void requireFits(MindEyeModel model, TrainingConfig config, MemoryBudget budget) {
    List<Alternative> smaller = new ArrayList<>();
    for (int less = config.batchSize() / 2; less >= 1 && smaller.isEmpty(); less /= 2) {
      MemoryEstimate needed = beside(model, config.withBatchSize(Math.max(less, 2)));
      if (budget.allows(needed.total())) {
        smaller.add(new Alternative("batch " + Math.max(less, 2), needed));
      }
    }
    model
        .prior()
        .filter(prior -> config.objective().prior() > 0 && !prior.checkpointsGradients())
        .ifPresent(
            prior -> {
              MindEyeModel lean =
                  MindEyeModel.of(model.backbone(), prior.withGradientCheckpointing());
              smaller.add(
                  new Alternative("gradient checkpointing in the prior", beside(lean, config)));
            });
    if (config.optimizer().averages()) {
      TrainingConfig plain = config.withOptimizer(config.optimizer().withAverage(0));
      smaller.add(new Alternative("no moving average", beside(model, plain)));
    }
    beside(model, config)
        .requireFits(
            String.format(
                Locale.ROOT,
                "training %,d parameters at batch %d, beside its weights,",
                model.trainableCount(),
                config.batchSize()),
            budget,
            smaller);
  }

  /** Without the model's own weights and the process itself, which are there already. */
  private static MemoryEstimate beside(MindEyeModel model, TrainingConfig config) {
    MemoryEstimate all = estimate(model, config);
    long average = config.optimizer().averages() ? all.weights() / 2 : 0;
    return new MemoryEstimate(average, all.gradients(), all.moments(), all.activations(), 0);
  }
}
