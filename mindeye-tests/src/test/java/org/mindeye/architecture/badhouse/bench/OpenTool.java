// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.bench;

public class OpenTool {
  public static void talk() {
    System.out.println("done");
  }
}
