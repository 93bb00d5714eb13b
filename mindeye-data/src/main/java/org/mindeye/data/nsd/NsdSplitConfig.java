// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

/**
 * How pictures are divided. The test set is the pictures that every subject saw; of those, the ones
 * that a subject saw often enough in the sessions that are used. The first 37 of 40 sessions hold
 * 982 of the 1000, the first 40 all: both numbers are in publications, and are not the same test.
 *
 * @param validationPictures how many of the others are set aside to choose models on
 * @param fewestTestTrials how often a shared picture must have been seen to be tested on, 1 to 3;
 *     the others are left out, and never trained on
 */
public record NsdSplitConfig(int validationPictures, int fewestTestTrials) {
  private static final int PUBLISHED_VALIDATION_PICTURES = 300;
  private static final int MOST_TRIALS = 3;

  /** Checks the ranges. */
  public NsdSplitConfig {
    if (validationPictures < 0) {
      throw new IllegalArgumentException(
          "validationPictures must be 0 or more but was " + validationPictures);
    }
    if (fewestTestTrials < 1 || fewestTestTrials > MOST_TRIALS) {
      throw new IllegalArgumentException(
          "fewestTestTrials must be 1 to " + MOST_TRIALS + " but was " + fewestTestTrials);
    }
  }

  /**
   * As MindEye's published files are divided: 300 pictures for validation (which ones is not
   * published), and all shared pictures that were seen.
   *
   * @return the configuration
   */
  public static NsdSplitConfig paper() {
    return new NsdSplitConfig(PUBLISHED_VALIDATION_PICTURES, 1);
  }
}
