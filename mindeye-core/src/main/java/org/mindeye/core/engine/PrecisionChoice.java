// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import java.util.Objects;

/**
 * A format of numbers, and why this one.
 *
 * @param precision the format
 * @param reason a clause, for people
 */
public record PrecisionChoice(Precision precision, String reason) {
  /** Checks. */
  public PrecisionChoice {
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(reason, "reason");
  }

  /**
   * For messages.
   *
   * @return the format's name and the reason
   */
  @Override
  public String toString() {
    return precision + ": " + reason;
  }
}
