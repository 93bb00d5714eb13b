// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

/** In which order an epoch shows the samples. */
public enum TrialOrder {
  /** As given, for evaluation. */
  SEQUENTIAL,
  /** A new uniform permutation in each epoch: every sample exactly once. */
  PERMUTATION,
  /**
   * As in the published training: shards are drawn with replacement, run through in their order,
   * and pass a shuffle buffer of 500; the epoch ends when as many samples were shown as there are.
   * Some samples come several times and others not at all, whole shards at a time.
   */
  RESAMPLED_SHARDS
}
