// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What is logged, which goes to the standard error stream in tests. */
final class Logged {
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private Logged() {}

  static String during(Action action) throws IOException {
    PrintStream before = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
      System.setErr(stream);
      action.run();
    } finally {
      System.setErr(before);
    }
    return caught.toString(StandardCharsets.UTF_8);
  }
}
