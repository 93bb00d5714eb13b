// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

/** Which of an image's repeated responses a batch holds. */
public enum RepeatPolicy {
  /**
   * One repeat for the whole batch: the batch's number in the epoch modulo the repeats, as in the
   * published training. Over the epochs every image meets every repeat because batches are mixed.
   */
  AS_PUBLISHED,
  /** Each sample draws its own repeat, uniformly. */
  RANDOM_PER_SAMPLE,
  /** The mean of the stored repeats, as in the published evaluation. */
  MEAN
}
