// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.examples;

public final class GoodProgram {
  private GoodProgram() {}

  public static void main(String[] arguments) {
    System.out.println("done");
  }
}
