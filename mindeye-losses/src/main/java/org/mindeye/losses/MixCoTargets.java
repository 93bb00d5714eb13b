// SPDX-License-Identifier: Apache-2.0
package org.mindeye.losses;

/**
 * What a mixed sample is expected to find: which weight the losses give to the pair of mixed sample
 * i and image j. The two differ only where the permutation maps a sample to itself, which happens
 * once per batch on average.
 */
public enum MixCoTargets {
  /**
   * As the original code does: the partner's weight {@code 1 - beta} overwrites what was there. A
   * sample that is its own partner gets {@code 1 - beta} instead of 1; if it was not mixed, 0, so
   * it contributes nothing.
   */
  AS_PUBLISHED,

  /** As the formula means it: weights add up, every sample has mass 1. */
  CORRECTED
}
