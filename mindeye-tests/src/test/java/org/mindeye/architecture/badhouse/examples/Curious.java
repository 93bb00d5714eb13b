// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.examples;

import ai.djl.ndarray.NDArray;
import org.mindeye.architecture.badhouse.core.internal.Secret;

final class Curious {
  private Curious() {}

  static NDArray twice(NDArray x, Secret secret) {
    return x.mul(2);
  }
}
