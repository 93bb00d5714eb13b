// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.augmentation;

/** One message for all numbers out of range. */
final class Ranges {
  /** What stands for "more than 0". */
  static final double LEAST = 1e-3;

  private Ranges() {}

  static void require(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + ": expected a number from " + least + " to " + most + " but was " + value);
    }
  }

  static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": expected a number from " + least + " to " + most + " but was " + value);
    }
  }
}
