// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import org.mindeye.data.Subject;

/**
 * A picture's number, counted from 1: {@code subjectim} and {@code sharedix} in {@code
 * nsd_expdesign.mat}, and {@code 73KID} in {@code responses.tsv}. {@link NsdId} counts from 0.
 *
 * @param value 1 to 73 000
 */
public record Id73k(int value) implements Comparable<Id73k> {
  /** Checks the range. */
  public Id73k {
    if (value < 1 || value > Subject.IMAGES) {
      throw new IllegalArgumentException(
          "a 73KID counts from 1 to " + Subject.IMAGES + " but was " + value);
    }
  }

  /**
   * The same picture, counted from 0.
   *
   * @return one less
   */
  public NsdId toNsdId() {
    return new NsdId(value - 1);
  }

  @Override
  public int compareTo(Id73k other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "73KID " + value;
  }
}
