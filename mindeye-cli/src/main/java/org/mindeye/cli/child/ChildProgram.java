// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.child;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mindeye.MindEyeException;

/** Runs a program of this class path in a JVM of its own. */
public final class ChildProgram {
  /** How Java reports the exception that ended it. */
  private static final String UNCAUGHT = "Exception in thread \"main\" ";

  /** The code of a process that Linux killed. */
  private static final int KILLED = 137;

  /** Settings of the engine, which hold for the child too. */
  private static final String ENGINE = "-Dai.djl.";

  private ChildProgram() {}

  /**
   * Runs it to its end.
   *
   * @param what it is, for messages
   * @param program has a main method that prints {@code key=value} lines
   * @param heap its option for the JVM, as in {@code -Xmx512m}
   * @param arguments of the main method
   * @return what it printed
   * @throws IOException if it cannot be started
   * @throws MindEyeException if it fails
   */
  public static ChildReport run(String what, Class<?> program, String heap, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(heap);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith(ENGINE))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    Path log = Files.createTempFile("mindeye-child", ".log");
    try {
      return run(what, new ProcessBuilder(command).redirectError(log.toFile()), log);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static ChildReport run(String what, ProcessBuilder command, Path log) throws IOException {
    long start = System.nanoTime();
    Process child = command.start();
    try {
      String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = await(child);
      if (code != 0) {
        throw new MindEyeException(
            what
                + " ended with code "
                + code
                + (code == KILLED ? ", killed: most likely memory ran out" : "")
                + complaint(Files.readString(log)));
      }
      return ChildReport.parse((System.nanoTime() - start) / 1e9, output);
    } finally {
      child.destroy(); // after an error of ours; otherwise it has ended
    }
  }

  /** The exception in a log, without its stack. */
  private static String complaint(String log) {
    return log.lines()
        .filter(line -> line.startsWith(UNCAUGHT))
        .map(line -> ": " + line.substring(UNCAUGHT.length()))
        .findFirst()
        .orElse("");
  }

  private static int await(Process child) {
    try {
      return child.waitFor();
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new MindEyeException("interrupted", e);
    }
  }
}
