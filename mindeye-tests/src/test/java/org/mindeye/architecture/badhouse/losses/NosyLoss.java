// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.losses;

import org.mindeye.architecture.badhouse.data.Subjects;

public final class NosyLoss {
  private NosyLoss() {}

  public static int peek() {
    return Subjects.count();
  }
}
