// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.loader;

/** Which of an image's repeated responses, or which mean of them, a batch holds. */
public enum RepeatPolicy {
  /**
   * One repeat for the whole batch: the batch's number in the epoch modulo the repeats, as in the
   * published training. Over the epochs every image meets every repeat because batches are mixed.
   */
  AS_PUBLISHED,
  /** Each sample draws its own repeat, uniformly. */
  RANDOM_PER_SAMPLE,
  /** The mean of the stored repeats, as in the published evaluation. */
  MEAN,
  /**
   * As in the published training of the low-level branch ({@code voxel_select}): each batch draws
   * one of three ways for all of its samples. Half of the batches hold weighted means, with uniform
   * weights of each sample's own; three in ten hold plain means; two in ten hold one repeat of each
   * sample, which it draws uniformly.
   */
  VOXEL_SELECT
}
