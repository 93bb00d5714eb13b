// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.nsd;

import org.mindeye.data.Subject;

/**
 * A picture's number, counted from 0: {@code nsdId} in {@code nsd_stim_info_merged.csv}, the place
 * in {@code nsd_stimuli.hdf5}, and {@code coco73k} in MindEye's web-datasets. {@link Id73k} counts
 * from 1; the two are distinct types, as mixing them up shows every picture to its neighbour's
 * response and fails nowhere.
 *
 * @param value 0 to 72 999
 */
public record NsdId(int value) implements Comparable<NsdId> {
  /** Checks the range. */
  public NsdId {
    if (value < 0 || value >= Subject.IMAGES) {
      throw new IllegalArgumentException(
          "an nsdId counts from 0 to " + (Subject.IMAGES - 1) + " but was " + value);
    }
  }

  /**
   * The same picture, counted from 1.
   *
   * @return one more
   */
  public Id73k toId73k() {
    return new Id73k(value + 1);
  }

  @Override
  public int compareTo(NsdId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "nsdId " + value;
  }
}
