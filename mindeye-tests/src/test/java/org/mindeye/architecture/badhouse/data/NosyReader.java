// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.data;

import org.mindeye.architecture.badhouse.losses.NosyLoss;

public final class NosyReader {
  private NosyReader() {}

  public static int peek() {
    return NosyLoss.peek();
  }
}
