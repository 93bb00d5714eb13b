// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.util.Locale;

/**
 * What a sample is for. Names mean what they say: the published training script calls the test set
 * "validation", which this library does not.
 */
public enum Split {
  /** Samples a model learns from. */
  TRAIN("train"),
  /** Samples a model, an epoch or a hyper-parameter is chosen on. */
  VALIDATION("val"),
  /** Samples the final numbers are reported on, once. */
  TEST("test");

  private final String folder;

  Split(String folder) {
    this.folder = folder;
  }

  /**
   * The split's name in folders and files.
   *
   * @return {@code train}, {@code val} or {@code test}
   */
  public String folder() {
    return folder;
  }

  /**
   * Guards every choice that is made on scores: the best epoch, early stopping, hyper-parameters.
   *
   * @return this split
   * @throws IllegalArgumentException for the test split
   */
  public Split requireForSelection() {
    if (this == TEST) {
      throw new IllegalArgumentException(
          "the test split cannot choose a model: scores on images a model was chosen on say"
              + " nothing about new images; choose on "
              + VALIDATION
              + " and report on "
              + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
