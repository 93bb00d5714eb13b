// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import org.mindeye.cli.train.RunNote;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.lowlevel.LowLevelObjective;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;
import org.mindeye.training.lowlevel.LowLevelValidationConfig;

/**
 * What the quickstart's low-level network has of its own; the published network and recipe
 * otherwise. Each number makes a short run of few pictures possible, as {@link UnlikePublished}
 * says; widths, dropout and learning rate were chosen on the validation split of a simpler world,
 * and not chosen again.
 */
final class LowLevelRecipe {
  /** Epochs of backbone and prior for one of this network's. */
  private static final float MAIN_EPOCHS_PER_EPOCH = 5;

  private static final LowLevelConfig.Mlp PUBLISHED = LowLevelConfig.Mlp.paper();

  private LowLevelRecipe() {}

  /** The layers that read voxels. */
  static LowLevelConfig.Mlp layers() {
    return new LowLevelConfig.Mlp(1024, 0, 0.3, PUBLISHED.blockDropout());
  }

  /**
   * The recipe.
   *
   * @param mainEpochs of backbone and prior
   * @param seed of the run
   */
  static LowLevelTrainingConfig training(int mainEpochs, long seed) {
    LowLevelTrainingConfig paper = LowLevelTrainingConfig.paper();
    int epochs = Math.max(1, Math.round(mainEpochs / MAIN_EPOCHS_PER_EPOCH));
    OptimizerConfig optimizer = paper.optimizer().withLearningRate(2e-3);
    if (epochs <= optimizer.learningRate().warmupEpochs()) {
      optimizer = optimizer.withWarmupEpochs(RunNote.SHORT_RISE * epochs);
    }
    return paper
        .withOptimizer(optimizer)
        .withEpochs(epochs)
        .withBatchSize(32)
        .withObjective(LowLevelObjective.paper().withoutTeacher())
        .withValidation(LowLevelValidationConfig.asPublished())
        .withSeed(seed);
  }
}
