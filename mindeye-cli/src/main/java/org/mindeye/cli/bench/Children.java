// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.bench;

import java.io.IOException;
import org.mindeye.cli.child.ChildProgram;
import org.mindeye.cli.child.ChildReport;

/** Runs tasks. */
@FunctionalInterface
interface Children {
  /** The children's heap and direct buffers: small, so that the peak is the tensors'. */
  String HEAP = "-Xmx512m";

  ChildReport run(Task task) throws IOException;

  /** Processes with this JVM's Java and class path. */
  static Children ofThisJava() {
    return task -> ChildProgram.run(task.title(), BenchProgram.class, HEAP, task.arguments());
  }
}
