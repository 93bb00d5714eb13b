package org.mindeye.examples.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mindeye.core.MindEyeException;

/** Runs a phase. */
@FunctionalInterface
interface ChildJvm {
  /** The children's heap and direct buffers: small, so that the peak is the tensors'. */
  String HEAP = "-Xmx512m";

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
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      String name = phase.name().toLowerCase(Locale.ROOT);
      List<String> command =
          List.of(
              java.toString(),
              HEAP,
              "-cp",
              System.getProperty("java.class.path"),
              FullSizePhase.class.getName(),
              name,
              file.toString());
      long start = System.nanoTime();
      Process child =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = await(child);
      if (code != 0) {
        throw new MindEyeException(
            "phase "
                + name
                + " ended with code "
                + code
                + (code == 137 ? ": killed, most likely because memory ran out" : "")
                + "; its messages are above");
      }
      return PhaseReport.parse((System.nanoTime() - start) / 1e9, output);
    };
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
