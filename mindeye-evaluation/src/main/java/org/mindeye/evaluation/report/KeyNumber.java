// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.Objects;

/**
 * A result worth reading first, shown large.
 *
 * @param label what it is
 * @param value the number with its unit
 * @param note what to compare it with, for example chance; may be empty
 */
public record KeyNumber(String label, String value, String note) {
  /** Checks that nothing is missing. */
  public KeyNumber {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(note, "note");
  }
}
