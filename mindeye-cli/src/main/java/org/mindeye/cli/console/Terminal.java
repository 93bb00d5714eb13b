// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.io.Console;

/** What kind of console this program has. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether the console is interactive.
   *
   * @return false when input or output is a file or a pipe
   */
  public static boolean isInteractive() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From JDK 22 on there may be a console without a terminal; the method came with it.
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("asking the console failed", e);
    }
  }
}
