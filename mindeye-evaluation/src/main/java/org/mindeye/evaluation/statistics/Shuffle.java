// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.statistics;

/** Which pairs a permutation test makes. */
public enum Shuffle {
  /** Any image with any other. */
  ALL_IMAGES,
  /**
   * Images of a block of consecutive ones with each other, for scores of which every pair takes
   * long: time and memory grow with the number of images, and not with its square.
   */
  WITHIN_BLOCKS
}
