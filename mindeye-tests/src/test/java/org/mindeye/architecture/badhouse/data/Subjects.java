// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.data;

public final class Subjects {
  private Subjects() {}

  public static int count() {
    return 8;
  }
}
