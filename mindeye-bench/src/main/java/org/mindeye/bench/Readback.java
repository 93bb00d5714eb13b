// SPDX-License-Identifier: Apache-2.0
package org.mindeye.bench;

import ai.djl.ndarray.NDArray;

/**
 * The end of a timed call. Nothing waits for a device, but a number can be read only when it has
 * been computed, and a device computes in the order it received the work.
 */
final class Readback {
  private Readback() {}

  /** Reads the sum of all elements; the sum is closed. */
  static float sum(NDArray array) {
    try (NDArray sum = array.sum()) {
      return sum.getFloat();
    }
  }

  /**
   * Reads the first element: for results as large as the work itself, whose sum would be a
   * considerable part of the time.
   */
  static float first(NDArray array) {
    try (NDArray flat = array.flatten();
        NDArray first = flat.get(0)) {
      return first.getFloat();
    }
  }
}
