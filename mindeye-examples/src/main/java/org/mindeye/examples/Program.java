// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import java.io.IOException;
import java.io.PrintStream;

/** Runs a sample's main method: what goes wrong is one line. */
final class Program {
  /** What the program does. */
  @FunctionalInterface
  interface Body {
    void run() throws IOException;
  }

  private Program() {}

  /** Runs to the end and returns the exit code, 0 or 1. */
  static int run(String name, PrintStream err, Body body) {
    try {
      body.run();
      return 0;
    } catch (IOException | RuntimeException | Error e) {
      String message = e.getMessage() == null || e instanceof Error ? e.toString() : e.getMessage();
      err.println(name + ": " + message.lines().findFirst().orElse(""));
      return 1;
    }
  }
}
