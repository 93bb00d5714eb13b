// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

/**
 * Scan sessions that follow each other, numbered from 1.
 *
 * @param first the first one
 * @param last the last one
 */
public record SessionRange(int first, int last) {
  static final int MOST = 99;

  /** Checks the order. */
  public SessionRange {
    if (first < 1 || last < first || last > MOST) {
      throw new IllegalArgumentException(
          "sessions are numbered from 1 to " + MOST + " but were " + first + " to " + last);
    }
  }

  /**
   * How many there are.
   *
   * @return at least 1
   */
  public int count() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first == last ? "session " + first : "sessions " + first + " to " + last;
  }
}
