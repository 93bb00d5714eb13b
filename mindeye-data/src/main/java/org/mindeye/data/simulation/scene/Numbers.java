// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.simulation.scene;

/** What the records of this package check. */
final class Numbers {
  private Numbers() {}

  static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + ": expected a number but was " + value);
    }
  }

  static void requireWithin(String name, double low, double value, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          name + ": expected a number from " + low + " to " + high + " but was " + value);
    }
  }
}
