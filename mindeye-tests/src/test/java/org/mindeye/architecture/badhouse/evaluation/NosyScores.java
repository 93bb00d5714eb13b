// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.evaluation;

import org.mindeye.architecture.badhouse.data.Subjects;

public final class NosyScores {
  private NosyScores() {}

  public static int peek() {
    return Subjects.count();
  }
}
