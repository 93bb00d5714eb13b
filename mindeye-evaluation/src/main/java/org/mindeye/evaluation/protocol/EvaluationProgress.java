// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import java.util.Locale;
import java.util.Objects;

/**
 * How far an evaluation is.
 *
 * @param stage what is being computed
 * @param done how much of it is done, from 0
 * @param total how much there is
 */
public record EvaluationProgress(Stage stage, int done, int total) {
  /** What an evaluation consists of, in this order. */
  public enum Stage {
    /** Reading and comparing; counts images. */
    IMAGES,
    /** Two-way identification and the statistics; counts metrics. */
    SCORES
  }

  /** Checks that there is a stage. */
  public EvaluationProgress {
    Objects.requireNonNull(stage, "stage");
  }

  /**
   * For people.
   *
   * @return as in {@code images: 16 of 982}
   */
  @Override
  public String toString() {
    return stage.name().toLowerCase(Locale.ROOT) + ": " + done + " of " + total;
  }
}
