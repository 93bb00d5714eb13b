// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

import java.util.Objects;

/**
 * How trials become batches.
 *
 * @param batchSize samples per batch
 * @param order the order of the samples
 * @param repeats which of the repeated responses
 * @param lastBatch what becomes of an incomplete batch
 * @param seed of orders and repeats
 */
public record LoaderConfig(
    int batchSize, TrialOrder order, RepeatPolicy repeats, LastBatch lastBatch, long seed) {
  private static final int PUBLISHED_BATCH = 32;
  private static final long PUBLISHED_SEED = 42;

  /** Checks the batch size, and that no sample would be left out of every epoch. */
  public LoaderConfig {
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(repeats, "repeats");
    Objects.requireNonNull(lastBatch, "lastBatch");
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be positive but was " + batchSize);
    }
    if (order == TrialOrder.SEQUENTIAL && lastBatch == LastBatch.DROP) {
      throw new IllegalArgumentException(
          "SEQUENTIAL order with DROP never shows the last samples; use KEEP");
    }
  }

  /**
   * Training by default: a permutation per epoch, one repeat per batch, nothing left out.
   *
   * @param batchSize samples per batch
   * @param seed the run's seed
   * @return the configuration
   */
  public static LoaderConfig training(int batchSize, long seed) {
    return new LoaderConfig(
        batchSize, TrialOrder.PERMUTATION, RepeatPolicy.AS_PUBLISHED, LastBatch.KEEP, seed);
  }

  /**
   * Evaluation: all samples once, in the given order, repeats averaged.
   *
   * @param batchSize samples per batch
   * @return the configuration
   */
  public static LoaderConfig evaluation(int batchSize) {
    return new LoaderConfig(batchSize, TrialOrder.SEQUENTIAL, RepeatPolicy.MEAN, LastBatch.KEEP, 0);
  }

  /**
   * The published training: batches of 32 from resampled shards, one repeat per batch, incomplete
   * batches dropped, seed 42. The 8859 samples of subject 1 give 276 batches. The random numbers
   * are this library's, not the original's.
   *
   * @return the configuration
   */
  public static LoaderConfig paperTraining() {
    return new LoaderConfig(
        PUBLISHED_BATCH,
        TrialOrder.RESAMPLED_SHARDS,
        RepeatPolicy.AS_PUBLISHED,
        LastBatch.DROP,
        PUBLISHED_SEED);
  }
}
