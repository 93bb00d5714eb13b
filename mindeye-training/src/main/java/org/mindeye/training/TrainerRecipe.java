// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import org.mindeye.core.engine.Precision;

/**
 * What the recipes of all trainers have in common.
 *
 * @param <C> the recipe itself
 */
public interface TrainerRecipe<C extends TrainerRecipe<C>> {
  /**
   * The length of the run.
   *
   * @return passes over the training samples
   */
  int epochs();

  /**
   * What a batch sees.
   *
   * @return samples per batch
   */
  int batchSize();

  /**
   * How gradients become weights.
   *
   * @return the optimiser
   */
  OptimizerConfig optimizer();

  /**
   * Where everything random in the run starts.
   *
   * @return the seed
   */
  long seed();

  /**
   * The size of an optimiser step.
   *
   * @return training samples per step: those of all its batches
   */
  default int samplesPerStep() {
    return Math.multiplyExact(batchSize(), optimizer().accumulation());
  }

  /**
   * Another length.
   *
   * @param newEpochs passes over the training samples
   * @return a changed copy
   */
  C withEpochs(int newEpochs);

  /**
   * Another batch size.
   *
   * @param newBatchSize samples per batch
   * @return a changed copy
   */
  C withBatchSize(int newBatchSize);

  /**
   * Another optimiser.
   *
   * @param newOptimizer how gradients become weights
   * @return a changed copy
   */
  C withOptimizer(OptimizerConfig newOptimizer);

  /**
   * Another format of products.
   *
   * @param newPrecision in which steps and validations multiply
   * @return a changed copy
   */
  default C withPrecision(Precision newPrecision) {
    return withOptimizer(optimizer().withPrecision(newPrecision));
  }

  /**
   * Another seed.
   *
   * @param newSeed the seed
   * @return a changed copy
   */
  C withSeed(long newSeed);
}
