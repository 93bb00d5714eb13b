// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

/**
 * The eight people of the Natural Scenes Dataset, each with the size of the {@code nsdgeneral}
 * region of interest at 1.8 mm. Subjects 1, 2, 5 and 7 finished all 40 sessions; the published
 * MindEye models are theirs.
 */
public enum Subject {
  /** Subject 1. */
  SUBJ01(15724, 40),
  /** Subject 2. */
  SUBJ02(14278, 40),
  /** Subject 3. */
  SUBJ03(15226, 32),
  /** Subject 4. */
  SUBJ04(13153, 30),
  /** Subject 5. */
  SUBJ05(13039, 40),
  /** Subject 6. */
  SUBJ06(17907, 32),
  /** Subject 7. */
  SUBJ07(12682, 40),
  /** Subject 8. */
  SUBJ08(14386, 30);

  /** How many images the dataset has; their numbers are 0 to 72 999. */
  public static final int IMAGES = 73_000;

  private static final int TRIALS_PER_SESSION = 750;

  private final int voxels;
  private final int sessions;

  Subject(int voxels, int sessions) {
    this.voxels = voxels;
    this.sessions = sessions;
  }

  /**
   * The subject of a number.
   *
   * @param number 1 to 8
   * @return the subject
   * @throws IllegalArgumentException for any other number
   */
  public static Subject of(int number) {
    if (number < 1 || number > values().length) {
      throw new IllegalArgumentException(
          "subject "
              + number
              + ": the Natural Scenes Dataset has subjects 1 to 8; data of your own have the numbers 9"
              + " to 99, and NsdWebDataset.open takes them as a number");
    }
    return values()[number - 1];
  }

  /**
   * The dataset's number of this subject.
   *
   * @return 1 to 8
   */
  public int number() {
    return ordinal() + 1;
  }

  /**
   * The size of the region of interest.
   *
   * @return voxels per trial
   */
  public int voxels() {
    return voxels;
  }

  /**
   * How many scan sessions were held.
   *
   * @return 30 to 40
   */
  public int sessions() {
    return sessions;
  }

  /**
   * How many single trials were recorded.
   *
   * @return 750 per session
   */
  public int trials() {
    return TRIALS_PER_SESSION * sessions;
  }
}
