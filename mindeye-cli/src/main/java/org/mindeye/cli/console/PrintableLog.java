// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.console;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.mindeye.Printable;

/**
 * Standard error, for the log: its lines name files and what is in them. What a progress bar prints
 * passes as it is.
 */
public final class PrintableLog extends PrintStream {
  private final PrintStream err;

  private PrintableLog(PrintStream err) {
    super(err, true, StandardCharsets.UTF_8); // Nothing is encoded here.
    this.err = err;
  }

  /**
   * Puts it in front of standard error.
   *
   * @param err what is there now
   * @return to be set in its place
   */
  public static PrintStream before(PrintStream err) {
    return new PrintableLog(err);
  }

  @Override
  public void print(String text) {
    err.print(text);
  }

  @Override
  public void println(String line) {
    err.println(Printable.text(String.valueOf(line)));
  }

  @Override
  public void println(Object line) {
    println(String.valueOf(line));
  }
}
