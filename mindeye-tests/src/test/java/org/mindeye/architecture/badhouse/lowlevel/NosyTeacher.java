// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.lowlevel;

import org.mindeye.architecture.badhouse.data.Subjects;

public final class NosyTeacher {
  private NosyTeacher() {}

  public static int peek() {
    return Subjects.count();
  }
}
