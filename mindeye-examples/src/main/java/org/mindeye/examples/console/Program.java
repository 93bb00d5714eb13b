package org.mindeye.examples.console;

import java.io.IOException;
import java.io.PrintStream;

/** A program with a main method of its own: there too, an error is one line. */
public final class Program {
  /** What the program does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Does it.
     *
     * @throws IOException if a file cannot be read or written
     */
    void run() throws IOException;
  }

  private Program() {}

  /**
   * Runs a program to its end.
   *
   * @param name of the program
   * @param err told about an error
   * @param body what it does
   * @return the exit code: 0, or 1 for a failure
   */
  public static int run(String name, PrintStream err, Body body) {
    try {
      body.run();
      return 0;
    } catch (IOException | RuntimeException | Error e) {
      err.println(name + ": " + ErrorLine.of(e));
      return 1;
    }
  }
}
