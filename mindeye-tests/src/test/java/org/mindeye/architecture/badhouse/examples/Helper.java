// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.examples;

public final class Helper {
  private Helper() {}

  public static void talk() {
    System.out.println("done");
  }
}
