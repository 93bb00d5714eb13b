// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.losses;

import ai.djl.ndarray.NDArray;

/** Waits for the device at every term. */
public final class WaitingLoss {
  private WaitingLoss() {}

  static float value(NDArray loss) {
    return loss.getFloat();
  }

  static float first(NDArray rows) {
    return rows.toFloatArray()[0];
  }
}
