// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.clip;

import java.util.Arrays;
import java.util.Objects;

/** What is where in a picture: for each question about places, a class at each patch. */
public final class PlaceLabels {
  private final int[][] classes;

  private PlaceLabels(int[][] classes) {
    this.classes = classes;
  }

  /**
   * Labels of a picture.
   *
   * @param classes {@code [question][patch]}, the patches row by row; copied
   * @return the labels
   */
  public static PlaceLabels of(int[]... classes) {
    return new PlaceLabels(
        Arrays.stream(Objects.requireNonNull(classes, "classes"))
            .map(int[]::clone)
            .toArray(int[][]::new));
  }

  /** How many questions are answered. */
  int questions() {
    return classes.length;
  }

  /** {@code [patch]} of one question, not to be changed. */
  int[] of(int question) {
    return classes[question];
  }
}
