// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mindeye.MindEyeException;
import org.mindeye.cli.child.ChildProgram;
import org.mindeye.cli.child.ChildReport;

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
  ChildReport run(FullSize.Phase phase, Path file) throws IOException;

  /** Processes with this JVM's Java and class path. */
  static ChildJvm ofThis() {
    return (phase, file) -> {
      String name = phase.name().toLowerCase(Locale.ROOT);
      return ChildProgram.run(
          "phase " + name, FullSizePhase.class, HEAP, List.of(name, file.toString()));
    };
  }
}
