// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mindeye.MindEyeException;

/** Runs a phase. */
@FunctionalInterface
interface ChildJvm {
  /** The children's heap and direct buffers: small, so that the peak is the tensors'. */
  String HEAP = "-Xmx512m";

  /** How Java reports the exception that ended it. */
  String UNCAUGHT = "Exception in thread \"main\" ";

  /** The code of a process that Linux killed. */
  int KILLED = 137;

  /**
   * Runs a phase to its end.
   *
   * @param phase which
   * @param file the weights
   * @return what it measured
   * @throws MindEyeException if it fails
   */
  PhaseReport run(FullSize.Phase phase, Path file) throws IOException;

  /** Processes with this JVM's Java and class path. */
  static ChildJvm ofThis() {
    return (phase, file) -> {
      String name = phase.name().toLowerCase(Locale.ROOT);
      Path log = file.resolveSibling(name + ".log");
      try {
        return run(name, file, log);
      } finally {
        Files.deleteIfExists(log);
      }
    };
  }

  private static PhaseReport run(String phase, Path file, Path log) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-cp",
            System.getProperty("java.class.path"),
            FullSizePhase.class.getName(),
            phase,
            file.toString());
    long start = System.nanoTime();
    Process child = new ProcessBuilder(command).redirectError(log.toFile()).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = await(child);
    if (code != 0) {
      throw new MindEyeException(
          "phase "
              + phase
              + " ended with code "
              + code
              + (code == KILLED ? ", killed: most likely memory ran out" : "")
              + complaint(Files.readString(log)));
    }
    return PhaseReport.parse((System.nanoTime() - start) / 1e9, output);
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
