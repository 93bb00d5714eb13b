// SPDX-License-Identifier: Apache-2.0
package org.mindeye.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.mindeye.formats.TensorFiles;
import org.mindeye.formats.tensor.TensorFile;

/** Reads a file of tensors in plain Java: no engine, no native library. */
public final class ReadTensors {
  private ReadTensors() {}

  /**
   * Lists the tensors of a file, or prints the first numbers of one.
   *
   * @param arguments a file, and the name of a tensor if wanted
   */
  public static void main(String[] arguments) {
    System.exit(Program.run("ReadTensors", System.err, () -> run(System.out, arguments)));
  }

  static void run(PrintStream out, String... arguments) throws IOException {
    if (arguments.length < 1 || arguments.length > 2) {
      throw new IllegalArgumentException("expected a file, and the name of a tensor if wanted");
    }
    // snippet: read
    try (TensorFile tensors = TensorFiles.open(Path.of(arguments[0]))) {
      if (arguments.length == 1) {
        tensors.names().forEach(name -> out.println(tensors.info(name)));
      } else {
        float[] values = tensors.floats(arguments[1]);
        out.println(Arrays.toString(Arrays.copyOf(values, Math.min(values.length, 5))));
      }
    }
    // end: read
  }
}
