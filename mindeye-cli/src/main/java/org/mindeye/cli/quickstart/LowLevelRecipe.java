// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.quickstart;

import org.mindeye.cli.train.RunNote;
import org.mindeye.lowlevel.LowLevelConfig;
import org.mindeye.training.OptimizerConfig;
import org.mindeye.training.lowlevel.LowLevelObjective;
import org.mindeye.training.lowlevel.LowLevelTrainingConfig;
import org.mindeye.training.lowlevel.LowLevelValidationConfig;

/**
 * What the quickstart's low-level network has of its own, chosen on the validation split of seed
 * 42; the published network and recipe otherwise. The mean absolute error of latents there is 0.785
 * on one thread with these numbers; {@link UnlikePublished} says what it was with others.
 */
final class LowLevelRecipe {
  /** Epochs of backbone and prior for one of this network's. */
  private static final float MAIN_EPOCHS_PER_EPOCH = 10;

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
