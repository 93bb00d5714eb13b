// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

public final class Chatter {
  private Chatter() {}

  public static void talk() {
    System.out.println("done");
    System.err.println("failed");
    new IllegalStateException("failed").printStackTrace();
    throw new RuntimeException("failed");
  }
}
