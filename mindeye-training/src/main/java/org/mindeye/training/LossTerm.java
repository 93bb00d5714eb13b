// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.util.Objects;

/**
 * A part of what is minimised.
 *
 * @param name lower camel case; {@code total} is the weighted sum of all terms
 * @param weight what it is multiplied by, finite and not negative; 0 leaves it out: it is reported
 *     as 0, and has no curve
 */
public record LossTerm(String name, double weight) {
  /** The name of the weighted sum. */
  public static final String TOTAL = "total";

  /** Checks the values. */
  public LossTerm {
    Objects.requireNonNull(name, "name");
    if (name.equals(TOTAL) || !name.matches(Score.NAME)) {
      throw new IllegalArgumentException(
          "a term of the loss is called by letters and digits, like meanSquared, and not "
              + TOTAL
              + ", but was '"
              + name
              + "'");
    }
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          name + ": expected a finite weight of 0 or more but was " + weight);
    }
  }

  /** Whether it is minimised. */
  boolean used() {
    return weight > 0;
  }
}
